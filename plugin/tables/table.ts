import type { Knex } from 'knex';
import type { Language } from '../web/locale.js';

/** What a cell shows. A status is a word and a shape, never a colour alone. */
export interface Cell {
  readonly text: string;
  /** Below where the extension is mounted. */
  readonly href?: string;
  readonly status?: 'good' | 'off' | 'bad';
}

/** A column, declared once by its feature. Its heading is the locale key `<table>.columns.<key>`. */
export interface Column<Row> {
  readonly key: string;
  /** The database's columns that give its order; all but the last may have equal values, the last is unique. */
  readonly sortBy?: readonly string[];
  readonly kind?: 'text' | 'number';
  cell(row: Row, language: Language): Cell;
}

/** A list that people can sort, search and page through. */
export interface Table<Row> {
  /** Also the name of its locale file and of its search index. */
  readonly key: string;
  readonly columns: readonly Column<Row>[];
  readonly defaultSort: string;
  readonly defaultDirection?: 'asc' | 'desc';
  /** What is searched, folded by `foldText`; its index is the FTS5 table `<key>_search` on SQLite. */
  readonly search?: { readonly column: string; readonly id: string };
  /** The rows of the list with everything that the columns read, before scope, search and order. */
  from(db: Knex): Knex.QueryBuilder;
  /** The same without what only the columns need, for counting. */
  countFrom(db: Knex): Knex.QueryBuilder;
}

/** Texts that people take for the same: case and accents do not matter. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .trim();
}
