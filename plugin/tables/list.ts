import type { Request } from 'express';
import type { PageContent } from '../web/pages.js';
import type { Access } from '../web/route-table.js';
import type { OfferedActions } from './actions/action.js';
import type { Table } from './table.js';
import type { TableState } from './table-state.js';

/** A list, and where it is. */
export interface List<Row> {
  readonly path: string;
  readonly permission: Access;
  readonly table: Table<Row>;
  /** Files of all rows that match. */
  files?(state: TableState): readonly FileLink[];
  /** What can be done with several rows at once; for lists with an `id`. */
  readonly offered?: OfferedActions;
  /** Asked first: it throws where the viewer may not see the list. */
  around?(req: Request): Promise<AroundTable>;
}

/** A file as the list's menu offers it. Its text is `exports.formats.<name>`. */
export interface FileLink {
  readonly name: string;
  readonly query: string;
}

/** What is around a list: of which parent its rows are, and what its page shows beside them. */
export interface AroundTable {
  readonly parent?: ListParent;
  readonly content?: Omit<PageContent, 'title'>;
}

/** The one whose rows a list shows. */
export interface ListParent {
  readonly id: number;
  /** What people know it by, for the title of an export. */
  readonly name?: string;
}
