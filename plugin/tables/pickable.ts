import type { Access } from '../web/route-table.js';
import type { Table } from './table.js';

/** A thing as people pick it. */
export interface Suggestion {
  readonly id: number;
  /** What the field takes: a login, a domain's name, an address, a title. */
  readonly name: string;
  /** What tells it from others beside the name. */
  readonly note: string;
}

/** A kind of thing that people pick by a few letters, declared once by its feature. */
export interface Pickable<Row> {
  /** Of its route, `/suggestions/<key>`. */
  readonly key: string;
  readonly permission: Access;
  /** Sorted by a folded name and then an id. Every index that its search and its order need exists. */
  readonly table: Table<Row>;
  /** A typed text as the column of the name holds it; `foldText` if it is left out. */
  folded?(text: string): string;
  shown(row: Row): Suggestion;
  /** Whether a row whose folded name is that of the text is what was typed; every such row if it is left out. */
  isNamed?(row: Row, text: string): boolean;
}

/** Whatever rows it reads: what finds them and what shows them come from the same declaration. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyPickable = Pickable<any>;
