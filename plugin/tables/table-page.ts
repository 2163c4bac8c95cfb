import type { Request } from 'express';
import type { Database } from '../database/database.js';
import { type Language } from '../web/locale.js';
import { type PageContent, type Pages, languageOf } from '../web/pages.js';
import type { Handler } from '../web/route-table.js';
import type { Cell, Table } from './table.js';
import { type TablePage, TableQuery } from './table-query.js';
import { type TableState, pageSizes, parseTableState, tableQuery } from './table-state.js';

/** A list as its view shows it. */
export interface ShownTable {
  readonly key: string;
  readonly state: TableState;
  readonly canSearch: boolean;
  readonly headings: readonly Heading[];
  readonly rows: readonly (readonly Cell[])[];
  readonly count: { readonly shown: string; readonly isCapped: boolean; readonly value: number };
  readonly readAt: string;
  readonly sizes: readonly { readonly size: number; readonly query: string }[];
  /** The queries of other pages; undefined where there is none. */
  readonly first: string | undefined;
  readonly previous: string | undefined;
  readonly next: string | undefined;
  readonly last: string | undefined;
}

interface Heading {
  readonly text: string;
  readonly isNumber: boolean;
  /** The query that sorts by it; undefined where it cannot be sorted by. */
  readonly query: string | undefined;
  readonly sorted: 'ascending' | 'descending' | undefined;
}

/** What is around a list: of which parent its rows are, and what its page shows beside them. */
export interface AroundTable {
  readonly parentId?: number;
  readonly content?: Omit<PageContent, 'title'>;
}

/**
 * The page of a list: its title is the locale key `<table>.title`, its view `<table>/index`.
 *
 * @param around asked first: it throws where the viewer may not see the list.
 */
export function tablePage<Row extends object>(
  db: Database,
  pages: Pages,
  table: Table<Row>,
  around: (req: Request) => Promise<AroundTable> = async () => ({}),
): Handler {
  const query = new TableQuery(db, table);
  return async (req, res) => {
    const state = parseTableState(table, req.query);
    const language = languageOf(req);
    const { parentId, content } = await around(req);
    const page = await query.page(req.viewer.scope, state, parentId);
    pages.show(req, res, `${table.key}/index`, {
      title: language.t(`${table.key}.title`),
      section: table.key,
      table: shownTable(table, state, page, language),
      ...content,
    });
  };
}

export function shownTable<Row>(
  table: Table<Row>,
  state: TableState,
  page: TablePage<Row>,
  language: Language,
): ShownTable {
  const to = (change: Partial<TableState>): string => tableQuery(table, state, change);
  const { first, last } = page;
  return {
    key: table.key,
    state,
    canSearch: table.search !== undefined,
    headings: table.columns.map((column) => heading(table, state, column.key, language)),
    rows: page.rows.map((row) => table.columns.map((column) => column.cell(row, language))),
    count: {
      value: page.count,
      shown: language.number(page.count),
      isCapped: page.countIsCapped,
    },
    readAt: language.time(Date.now()),
    sizes: pageSizes.map((size) => ({ size, query: to({ size }) })),
    first: page.hasPrevious ? to({ place: { at: 'start' } }) : undefined,
    previous: page.hasPrevious && first ? to({ place: { at: 'before', key: first } }) : undefined,
    next: page.hasNext && last ? to({ place: { at: 'after', key: last } }) : undefined,
    last: page.hasNext ? to({ place: { at: 'end' } }) : undefined,
  };
}

function heading<Row>(table: Table<Row>, state: TableState, key: string, { t }: Language): Heading {
  const column = table.columns.find((each) => each.key === key);
  const isSorted = state.sort === key;
  const direction = isSorted && state.direction === 'asc' ? 'desc' : 'asc';
  return {
    text: t(`${table.key}.columns.${key}`),
    isNumber: column?.kind === 'number',
    query:
      column?.sortBy === undefined ? undefined : tableQuery(table, state, { sort: key, direction }),
    sorted: isSorted ? (state.direction === 'asc' ? 'ascending' : 'descending') : undefined,
  };
}
