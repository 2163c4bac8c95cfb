import type { Request } from 'express';
import { RecentlyUsed } from '../runtime/recently-used.js';
import type { Icon } from '../web/icons.js';
import type { Language } from '../web/locale.js';
import type { WayBack } from '../web/way-back.js';
import { actionPath } from './list-action.js';
import { isUnfiltered } from './filter.js';
import type { FileLink, List } from './list.js';
import type { FoundNear } from './near-searches.js';
import type { ShownSearches } from './saved-search-menu.js';
import type { ShownFilters } from './shown-filters.js';
import { namedCells } from './row-names.js';
import { isFixed } from './table-choices.js';
import type { Cell, Column, Table } from './table.js';
import type { TablePage } from './table-query.js';
import { type TableState, keptOf, pageSizes, tableQuery } from './table-state.js';

/** A list as its view shows it. */
export interface ShownTable {
  readonly key: string;
  readonly state: TableState;
  readonly canSearch: boolean;
  readonly filters: ShownFilters;
  readonly saved: ShownSearches;
  readonly headings: readonly Heading[];
  readonly rows: readonly (readonly Cell[])[];
  readonly count: { readonly shown: string; readonly isCapped: boolean; readonly value: number };
  readonly readAt: string;
  /** Its path below the mount point. */
  readonly path: string;
  /** The current query. */
  readonly query: string;
  /** The query without the search. */
  readonly unsearched: string;
  /** Searches to offer, because this one finds nothing. */
  readonly near: ShownNear;
  /** A link to a thing of the list, which leads back to the list as it is. */
  readonly linkTo: (path: string) => string;
  readonly choices: readonly ColumnChoice[];
  readonly files: readonly FileLink[];
  /** The viewer's actions on selected rows; without actions, no row can be selected. */
  readonly actions: readonly ShownAction[];
  /** IDs of the rows, if they can be selected. */
  readonly ids: readonly number[];
  /** Names of the rows, each different. */
  readonly names: readonly string[];
  /** Whether it is searched or filtered. */
  readonly isNarrowed: boolean;
  /** Parameters that searching and filtering keep. */
  readonly kept: readonly (readonly [name: string, value: string])[];
  readonly sizes: readonly { readonly size: number; readonly query: string }[];
  /** Queries of other pages; undefined if there is none. */
  readonly first: string | undefined;
  readonly previous: string | undefined;
  readonly next: string | undefined;
  readonly last: string | undefined;
}

interface ShownNear {
  readonly searches: readonly { readonly text: string; readonly query: string }[];
  readonly isUnfiltered: boolean;
}

interface ShownAction {
  readonly key: string;
  readonly path: string;
  readonly icon: Icon;
}

/** A column in the column chooser. */
interface ColumnChoice {
  readonly key: string;
  readonly text: string;
  readonly isShown: boolean;
  readonly isFixed: boolean;
}

interface Heading extends CellStart {
  /** The same object on every page, so that it is rendered once. */
  readonly cell: CellStart;
  /** The query that sorts by it; undefined if it is not sortable. */
  readonly query: string | undefined;
  readonly sorted: 'ascending' | 'descending' | undefined;
}

/** What the cells of a column have in common. */
interface CellStart {
  readonly text: string;
  /** The class of its cells: `is-number`, `is-prose`, `is-actions` or none. */
  readonly look: string;
  /** Whether its cells are the headers of their rows. */
  readonly isName: boolean;
}

const mostCellStarts = 500;
const cellStarts = new RecentlyUsed<CellStart>(mostCellStarts);

export function withWayBack(filters: ShownFilters, wayBack: WayBack): ShownFilters {
  return {
    ...filters,
    cleared: wayBack.carriedIn(filters.cleared),
    set: filters.set.map((each) => ({ ...each, query: wayBack.carriedIn(each.query) })),
  };
}

export function shownActions(
  { path, viewer }: Request,
  offered: List<never>['offered'],
): readonly ShownAction[] {
  return (offered?.actions ?? [])
    .filter(({ permission }) => viewer.permissions.has(permission))
    .map((action) => ({ key: action.key, icon: action.icon, path: actionPath(path, action) }));
}

export function shownTable<Row>(
  table: Table<Row>,
  columns: readonly Column<Row>[],
  {
    state,
    page,
    near,
    language,
    wayBack,
    path,
  }: {
    readonly state: TableState;
    readonly page: TablePage<Row>;
    readonly near: FoundNear;
    readonly language: Language;
    readonly wayBack: WayBack;
    readonly path: string;
  },
): Omit<ShownTable, 'path' | 'files' | 'actions' | 'filters' | 'saved'> {
  const to: ToState = (change) => wayBack.carriedIn(tableQuery(table, state, change));
  return {
    key: table.key,
    state,
    ...ownQueries(tableQuery(table, state, { place: state.place }), { wayBack, path }),
    unsearched: to({ search: '' }),
    near: shownNear(near, to),
    canSearch: table.search !== undefined,
    choices: choicesAmong(table, columns, language),
    headings: columns.map((column) => heading(table, state, column, { to, language })),
    ids: page.rows.map((row) => table.idOf?.(row) ?? 0),
    ...namedCells(table, columns, { rows: page.rows, language }),
    count: {
      value: page.count,
      shown: language.number(page.count),
      isCapped: page.countIsCapped,
    },
    readAt: language.time(Date.now()),
    isNarrowed: state.search !== '' || !isUnfiltered(state.filters),
    kept: [...keptOf(table, state), ...backOf(wayBack)],
    sizes: pageSizes.map((size) => ({ size, query: to({ size }) })),
    ...otherPages(page, to),
  };
}

function choicesAmong<Row>(
  table: Table<Row>,
  shown: readonly Column<Row>[],
  { t }: Language,
): readonly ColumnChoice[] {
  return table.columns.map(({ key }) => ({
    key,
    text: t(`${table.key}.columns.${key}`),
    isShown: shown.some((column) => column.key === key),
    isFixed: isFixed(table, key),
  }));
}

function otherPages<Row>(
  { hasPrevious, hasNext, first, last }: TablePage<Row>,
  to: ToState,
): Pick<ShownTable, 'first' | 'previous' | 'next' | 'last'> {
  return {
    first: hasPrevious ? to({ place: { at: 'start' } }) : undefined,
    previous: hasPrevious && first ? to({ place: { at: 'before', key: first } }) : undefined,
    next: hasNext && last ? to({ place: { at: 'after', key: last } }) : undefined,
    last: hasNext ? to({ place: { at: 'end' } }) : undefined,
  };
}

function ownQueries(
  query: string,
  { wayBack, path }: { readonly wayBack: WayBack; readonly path: string },
): Pick<ShownTable, 'query' | 'linkTo'> {
  const below = wayBack.below(path, query);
  return { query, linkTo: (link) => below.to(link) };
}

function shownNear({ texts, isUnfiltered: isWithout }: FoundNear, to: ToState): ShownNear {
  return {
    searches: texts.map((text) => ({
      text,
      query: to({ search: text, ...(isWithout && { filters: {} }) }),
    })),
    isUnfiltered: isWithout,
  };
}

function backOf({ parameter }: WayBack): readonly (readonly [name: string, value: string])[] {
  return parameter === undefined ? [] : [['back', parameter]];
}

/** The query of the list with a change of its state. */
type ToState = (change: Partial<TableState>) => string;

function heading<Row>(
  table: Table<Row>,
  state: TableState,
  column: Column<Row>,
  { to, language: { t } }: { readonly to: ToState; readonly language: Language },
): Heading {
  const { key, sortBy } = column;
  const isSorted = state.sort === key;
  const direction = isSorted && state.direction === 'asc' ? 'desc' : 'asc';
  const start = {
    text: t(`${table.key}.columns.${key}`),
    look: lookOf(column),
    isName: isFixed(table, key),
  };
  return {
    ...start,
    cell: cellStarts.of(`${start.isName} ${start.look} ${start.text}`, () => start),
    query: sortBy === undefined ? undefined : to({ sort: key, direction }),
    sorted: isSorted ? (state.direction === 'asc' ? 'ascending' : 'descending') : undefined,
  };
}

function lookOf<Row>({ kind, isActions, isProse }: Column<Row>): string {
  if (isActions === true) {
    return 'is-actions';
  }
  return isProse === true
    ? 'is-prose'
    : kind === 'number' || kind === 'identifier'
      ? 'is-number'
      : '';
}
