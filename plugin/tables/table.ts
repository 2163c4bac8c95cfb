import type { Knex } from 'knex';
import type { Engine } from '../database/engine.js';
import type { Scope } from '../viewing/scope.js';
import type { Filter } from './filter.js';
import type { Icon } from '../web/icons.js';
import type { Language } from '../web/locale.js';

/** A cell's content. A status is a word and a shape, never only a colour. */
export interface Cell {
  readonly text: string;
  /** A path below the mount point. */
  readonly href?: string;
  /** Whether it is a name, which may only wrap after dots and the @. */
  readonly isAddress?: boolean;
  readonly status?: 'good' | 'off' | 'bad';
  /** The link's name, where the text alone does not name the row. It contains the text. */
  readonly label?: string;
  /** The row's actions, instead of a text. */
  readonly links?: readonly CellLink[];
}

interface CellLink {
  readonly icon: Icon;
  /** The locale key of what it does to the row `{name}`, such as "Edit {name}". */
  readonly does: string;
  readonly href: string;
}

/** A column, declared once by its feature. Its heading is the locale key `<table>.columns.<key>`. */
export interface Column<Row> {
  readonly key: string;
  /** The database columns of its order, of which the last is unique. A comment says why a column has none. */
  readonly sortBy?: readonly string[];
  /** Whether the first of these may be NULL, such as a date of something that has not happened. It is the lowest value. */
  readonly mayBeNull?: boolean;
  /** An `identifier` is a number that names something, such as an ID or a port, and is not grouped. */
  readonly kind?: 'text' | 'number' | 'identifier' | 'date' | 'dateTime';
  /** Whether its texts are sentences or lists, which are cut off first where room is short. */
  readonly isProse?: boolean;
  /** Whether its cells are actions on the row, which are neither printed nor exported. */
  readonly isActions?: boolean;
  /** Whether it is hidden until people choose it; `from-owners` is hidden from those who see their own rows alone. */
  readonly isHiddenAtFirst?: boolean | 'from-owners';
  /** A value of each row that this column alone needs, as a named subquery: it is read where the column is shown. */
  readonly reads?: (db: Knex) => Knex.QueryBuilder;
  cell(row: Row, language: Language): Cell;
  /** The exported value if the kind is not text: a number, or ms since 1970; the cell's text if there is none. */
  value?(row: Row): number | undefined;
  /** The unit of `value`, for the heading of an export; texts on the page contain it. */
  readonly unit?: 'bytes';
}

/** What is searched: a column of texts folded by `foldText`. */
export interface TableSearch {
  readonly column: string;
  /** The column of the rows' IDs. */
  readonly id: string;
  /** The table that `createSearch` of the migrations made; without one, rows are scanned. */
  readonly index?: {
    readonly table: string;
    /** Scopes whose rows it covers; all if left out. In others, rows are scanned. */
    readonly scopes?: readonly Scope['kind'][];
  };
}

/** What stands behind each row of a table whose rows stand for several others. */
export interface TableParts {
  /** Those of a row, in a subquery of the rows' query. */
  ofRow(db: Knex): Knex.QueryBuilder;
  /** All of them, each joined with its rows. */
  withRows(db: Knex): Knex.QueryBuilder;
  /** The column with the rows' IDs. */
  readonly rowId: string;
  /** Narrows parts to a scope, without the help of an index. */
  within(query: Knex.QueryBuilder, scope: Scope, accountId: Knex.Value, engine: Engine): void;
}

/** A list that people can sort, search and page through. */
export interface Table<Row> {
  /** Also the name of its locale file. */
  readonly key: string;
  readonly columns: readonly Column<Row>[];
  readonly defaultSort: string;
  readonly defaultDirection?: 'asc' | 'desc';
  /** The column with the rows' names, which cannot be hidden; defaults to the default sort column. */
  readonly nameColumn?: string;
  /** Columns that tell rows of the same name apart, for links that are read without their row. */
  readonly apartBy?: readonly string[];
  readonly search?: TableSearch;
  /** Filters in addition to the search, in the order of their controls. */
  readonly filters?: readonly Filter[];
  /** The database column with the rows' IDs, if rows can be selected. */
  readonly id?: string;
  idOf?(row: Row): number;
  /** The column with the parent's ID, such as a domain's, if a page shows one parent's rows. */
  readonly parent?: string;
  /** Narrows the rows to a scope, if not by the columns `owner_id` and `reseller_id`. */
  within?(query: Knex.QueryBuilder, scope: Scope, accountId: Knex.Value, engine: Engine): void;
  /** Where the search, and filters that say so, look at the parts of rows: a row matches if one of its parts does. */
  readonly parts?: TableParts;
  /** The rows with what several columns need, before scope, search and order. */
  from(db: Knex): Knex.QueryBuilder;
  /** The same rows with only what orders need, to count them and to find keys. */
  countFrom(db: Knex): Knex.QueryBuilder;
}

/** A list of any kind of row: each reads and shows its own kind. */
export type AnyTable = Table<object>;

/** The columns with content of a row. */
export function valueColumns<Row>({ columns }: Table<Row>): readonly Column<Row>[] {
  return columns.filter(({ isActions }) => isActions !== true);
}
