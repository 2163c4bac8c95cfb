import type { Knex } from 'knex';
import type { Access } from '../web/route-table.js';
import type { Table } from './table.js';

/** A suggestion of the picker. */
export interface Suggestion {
  /** A key where things have no number. */
  readonly id: number | string;
  /** The text for the field: a login, a domain's name, an address, a title. */
  readonly name: string;
  /** What distinguishes it beside the name. */
  readonly note: string;
}

/** A kind of thing that people pick by a few letters, declared once by its feature. */
export interface Pickable<Row> {
  /** The end of its route, `/suggestions/<key>`. */
  readonly key: string;
  readonly permission: Access;
  /** The locale key of the error when nothing is named `{text}`. */
  readonly notFound: string;
  /** Sorted by a folded name, then by ID. Its search and its order need their indexes. */
  readonly table: Table<Row>;
  /** Folds a typed text as the name column is folded; defaults to `foldText`. */
  folded?(text: string): string;
  shown(row: Row): Suggestion;
  /** Whether a row with the same folded name is what was typed; always if left out. */
  isNamed?(row: Row, text: string): boolean;
  /** Whether its owner is that of its domain, so that no index of names knows it. */
  readonly isOfDomain?: boolean;
  /** Words of its names, where not only their beginnings are indexed. */
  readonly words?: IndexedWords;
  /** Its page, if the search over everything finds it. */
  readonly page?: ThingPage<Row>;
}

/** A table with the columns `word`, folded, and `id`. */
interface IndexedWords {
  readonly table: string;
  /** The column with all of a thing's words. */
  readonly text: string;
}

interface ThingPage<Row> {
  /** Its place among the kinds of the search over everything. */
  readonly rank: number;
  /** The route, which some panels lack. */
  readonly route: string;
  path(row: Row): string;
  /** Whether only its names are searched, not its domain's, which is found itself. */
  readonly isByNameAlone?: boolean;
}

/** Pickables of any kind of row: each finds and shows its own kind. */
export type AnyPickable = Pickable<object>;

/** A picker's part of a table: the order by name, and what it shows. */
export function sortedByName<Row>(
  name: string,
  order: readonly string[],
  others: readonly string[],
  narrow = (rows: Knex.QueryBuilder): Knex.QueryBuilder => rows,
): Table<Row> {
  return {
    key: name,
    defaultSort: 'name',
    columns: [{ key: 'name', sortBy: order, cell: () => ({ text: '' }) }],
    from: (db) => narrow(db(name).select(...order, ...others)),
    countFrom: (db) => narrow(db(name)),
  };
}
