import type { Knex } from 'knex';
import type { Engine } from '../database/engine.js';
import type { Scope } from '../viewing/scope.js';
import type { Filter } from './filter.js';
import type { Icon } from '../web/icons.js';
import type { Language } from '../web/locale.js';

/** What a cell shows. A status is a word and a shape, never a colour alone. */
export interface Cell {
  readonly text: string;
  /** Below where the extension is mounted. */
  readonly href?: string;
  /** Whether it is a name that may be broken after its dots and its @, and nowhere else. */
  readonly isAddress?: boolean;
  readonly status?: 'good' | 'off' | 'bad';
  /** What can be done with the row, instead of a text. */
  readonly links?: readonly CellLink[];
}

interface CellLink {
  readonly icon: Icon;
  /** What it does; its row's first cell says to what. */
  readonly text: string;
  readonly href: string;
}

/** A column, declared once by its feature. Its heading is the locale key `<table>.columns.<key>`. */
export interface Column<Row> {
  readonly key: string;
  /** The database's columns that give its order; all but the last may have equal values, the last is unique. */
  readonly sortBy?: readonly string[];
  readonly kind?: 'text' | 'number' | 'date' | 'dateTime';
  /** Whether its cells are what can be done with a row, and so nothing to print or export. */
  readonly isActions?: boolean;
  /** Whether people must choose it to see it. */
  readonly isHiddenAtFirst?: boolean;
  cell(row: Row, language: Language): Cell;
  /** What an export holds where the kind is not text: a number, or ms since 1970; the cell's text where there is none. */
  value?(row: Row): number | undefined;
  /** What `value` counts, for the heading of an export: the page's texts say it themselves. */
  readonly unit?: 'bytes';
}

/** What is searched: a column of texts that are folded by `foldText`. */
export interface TableSearch {
  readonly column: string;
  /** The table that `createSearch` of the migrations made, and the column that it has the ids of; without one, rows are walked. */
  readonly index?: {
    readonly table: string;
    readonly id: string;
    /** Those that it finds every row of; all if it is left out. In others, rows are walked. */
    readonly scopes?: readonly Scope['kind'][];
  };
}

/** A list that people can sort, search and page through. */
export interface Table<Row> {
  /** Also the name of its locale file. */
  readonly key: string;
  readonly columns: readonly Column<Row>[];
  readonly defaultSort: string;
  readonly defaultDirection?: 'asc' | 'desc';
  /** The one that people know the rows by, which cannot be hidden, where the list is not sorted by it at first. */
  readonly nameColumn?: string;
  readonly search?: TableSearch;
  /** What it can be narrowed by beside the search, in the order of the controls. */
  readonly filters?: readonly Filter[];
  /** The database's column with the rows' ids, where rows can be selected. */
  readonly id?: string;
  idOf?(row: Row): number;
  /** The column that holds the list's parent, such as a domain's id, where a page shows the rows of one alone. */
  readonly parent?: string;
  /** Narrows the rows to a scope, where they are not found by the columns `owner_id` and `reseller_id`. */
  within?(query: Knex.QueryBuilder, scope: Scope, accountId: Knex.Value, engine: Engine): void;
  /** The rows of the list with everything that the columns read, before scope, search and order. */
  from(db: Knex): Knex.QueryBuilder;
  /** The same rows without what only the columns need, yet with what orders are by: to count, and to find keys. */
  countFrom(db: Knex): Knex.QueryBuilder;
}

/** A list of whatever rows: what reads them and what shows them come from the same table. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyTable = Table<any>;

/** The columns that say something of a row. */
export function valueColumns<Row>({ columns }: Table<Row>): readonly Column<Row>[] {
  return columns.filter(({ isActions }) => isActions !== true);
}
