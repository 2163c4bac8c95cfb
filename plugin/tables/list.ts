import type { Request } from 'express';
import type { PageContent } from '../web/pages.js';
import type { Access } from '../web/route-table.js';
import type { ListAction } from './list-action.js';
import type { Table } from './table.js';
import type { TableState } from './table-state.js';

/** A list and its path. */
export interface List<Row> {
  readonly path: string;
  readonly permission: Access;
  readonly table: Table<Row>;
  /** Download links for all matching rows. */
  files?(state: TableState): readonly FileLink[];
  /** Actions on selected rows; for lists with an `id`. */
  readonly offered?: { readonly actions: readonly ListAction[] };
  /** Called first: it throws if the viewer may not see the list. */
  around?(req: Request): Promise<AroundTable>;
  /** Asked when the list is empty: what has to be done first, if not adding a row. */
  first?(req: Request): Promise<FirstStep | undefined>;
}

/** What has to be done before a list can have rows. */
interface FirstStep {
  /** The key of its texts `why` and `action`, or `elsewhere` if the viewer cannot do it. */
  readonly texts: string;
  /** Below the mount. */
  readonly path: string | undefined;
}

/** A download in the list's menu. Its text is `exports.formats.<name>`. */
export interface FileLink {
  readonly name: string;
  readonly query: string;
}

/** The list's parent and what its page shows beside it. */
export interface AroundTable {
  readonly parent?: ListParent;
  readonly content?: Omit<PageContent, 'title'>;
}

/** The parent whose rows a list shows. */
export interface ListParent {
  readonly id: number;
  /** Its name, for the title of an export. */
  readonly name?: string;
}
