import type { Request } from 'express';
import type { Database } from '../database/database.js';
import type { Icon } from '../web/icons.js';
import { type Language } from '../web/locale.js';
import { type Pages, languageOf } from '../web/pages.js';
import type { RouteTable } from '../web/route-table.js';
import type { WayBack } from '../web/way-back.js';
import type { OfferedActions } from './actions/action.js';
import { addActions } from './actions/routes.js';
import { actionPath } from './actions/texts.js';
import { isUnfiltered } from './filter.js';
import { FilterRefusals } from './filter-refusals.js';
import type { FileLink, List } from './list.js';
import type { Listing } from './listing.js';
import { offeredTo } from './offered-filters.js';
import { type ShownFilters, shownFilters } from './shown-filters.js';
import { namedCells } from './row-names.js';
import { TableChoices, isFixed } from './table-choices.js';
import type { Cell, Column, Table } from './table.js';
import { type TablePage, TableQuery } from './table-query.js';
import {
  type TableState,
  keptOf,
  pageSizes,
  parseTableState,
  queryIn,
  tableQuery,
} from './table-state.js';

/** A list as its view shows it. */
interface ShownTable {
  readonly key: string;
  readonly state: TableState;
  readonly canSearch: boolean;
  readonly filters: ShownFilters;
  readonly headings: readonly Heading[];
  readonly rows: readonly (readonly Cell[])[];
  readonly count: { readonly shown: string; readonly isCapped: boolean; readonly value: number };
  readonly readAt: string;
  /** Its path below the mount point. */
  readonly path: string;
  /** The current query. */
  readonly query: string;
  /** The query without a search or filters. */
  readonly whole: string;
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

interface Heading {
  readonly text: string;
  readonly isNumber: boolean;
  readonly isActions: boolean;
  /** Whether its cells are the headers of their rows. */
  readonly isName: boolean;
  /** The query that sorts by it; undefined if it is not sortable. */
  readonly query: string | undefined;
  readonly sorted: 'ascending' | 'descending' | undefined;
}

/** Adds a list's page and its column chooser: the title is the locale key `<table>.title`, the view `<table>/index`. */
export function addTable<Row extends object>(
  routes: RouteTable,
  { db, pages }: { readonly db: Database; readonly pages: Pages },
  list: List<Row>,
): void {
  const { path, permission, table, offered: actions } = list;
  const choices = new TableChoices(db);
  const query = new TableQuery(db, table);
  const refusals = new FilterRefusals(db, table);

  routes.getList(path, permission, async (req, res) => {
    const { viewer, wayBack } = req;
    const offered = offeredTo(viewer, table);
    const asked = parseTableState(offered, req.query);
    const language = languageOf(req);
    const { parent, content } = (await list.around?.(req)) ?? {};
    const [columns, { page, state }, refused] = await Promise.all([
      choices.columnsFor(viewer, table),
      nearestPage(query, { scope: viewer.scope, state: asked, parent: parent?.id }),
      refusals.of(viewer.scope, asked.filters),
    ]);
    const filters = shownFilters(offered, state, { language, refusals: refused });
    pages.show(req, res, `${table.key}/index`, {
      title: language.t(`${table.key}.title`),
      section: table.key,
      table: {
        ...shownTable(table, columns, { state, page, language, wayBack, path: req.path }),
        filters: withWayBack(filters, wayBack),
        path: req.path,
        files: list.files?.(state) ?? [],
        actions: shownActions(req, actions),
      },
      ...content,
    });
  });

  if (actions !== undefined) {
    addActions(routes, { pages, list, query }, actions);
  }

  routes.post(`${path}/columns`, permission, async (req, res) => {
    await list.around?.(req);
    const { query: queried, ...body }: Record<string, unknown> = req.body ?? {};
    await choices.choose(req.viewer, table, chosenIn(body, table));
    const state = parseTableState(offeredTo(req.viewer, table), queryIn(queried));
    const back = tableQuery(table, state, { place: state.place });
    res.redirect(303, `${req.baseUrl}${req.path.replace(/\/columns$/, '')}${back}`);
  });
}

/**
 * The page, or the last or first one where the asked one has no rows left: people come back to a list whose only row on
 * that page they removed.
 */
async function nearestPage<Row extends object>(
  query: TableQuery<Row>,
  listing: Listing,
): Promise<{ readonly page: TablePage<Row>; readonly state: TableState }> {
  const { state } = listing;
  const page = await query.page(listing);
  const { at } = state.place;
  if (page.rows.length > 0 || at === 'start' || at === 'end') {
    return { page, state };
  }
  const nearest: TableState = { ...state, place: { at: at === 'after' ? 'end' : 'start' } };
  return { page: await query.page({ ...listing, state: nearest }), state: nearest };
}

function withWayBack(filters: ShownFilters, wayBack: WayBack): ShownFilters {
  return {
    ...filters,
    cleared: wayBack.carriedIn(filters.cleared),
    set: filters.set.map((each) => ({ ...each, query: wayBack.carriedIn(each.query) })),
  };
}

function shownActions(
  { path, viewer }: Request,
  offered: OfferedActions | undefined,
): readonly ShownAction[] {
  return (offered?.actions ?? [])
    .filter(({ permission }) => viewer.permissions.has(permission))
    .map((action) => ({ key: action.key, icon: action.icon, path: actionPath(path, action) }));
}

/** The columns that a form names; undefined to restore the defaults. */
function chosenIn<Row>(
  { column, choice }: Readonly<Record<string, unknown>>,
  table: Table<Row>,
): ReadonlySet<string> | undefined {
  switch (choice) {
    case 'restore':
      return undefined;
    case 'all':
      return new Set(table.columns.map(({ key }) => key));
    case 'none':
      return new Set();
    default:
      return new Set([column].flat().filter((each) => typeof each === 'string'));
  }
}

function shownTable<Row>(
  table: Table<Row>,
  columns: readonly Column<Row>[],
  {
    state,
    page,
    language,
    wayBack,
    path,
  }: {
    readonly state: TableState;
    readonly page: TablePage<Row>;
    readonly language: Language;
    readonly wayBack: WayBack;
    readonly path: string;
  },
): Omit<ShownTable, 'path' | 'files' | 'actions' | 'filters'> {
  const to: ToState = (change) => wayBack.carriedIn(tableQuery(table, state, change));
  const { first, last } = page;
  return {
    key: table.key,
    state,
    ...ownQueries(tableQuery(table, state, { place: state.place }), { wayBack, path }),
    canSearch: table.search !== undefined,
    choices: table.columns.map(({ key }) => ({
      key,
      text: language.t(`${table.key}.columns.${key}`),
      isShown: columns.some((column) => column.key === key),
      isFixed: isFixed(table, key),
    })),
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
    first: page.hasPrevious ? to({ place: { at: 'start' } }) : undefined,
    previous: page.hasPrevious && first ? to({ place: { at: 'before', key: first } }) : undefined,
    next: page.hasNext && last ? to({ place: { at: 'after', key: last } }) : undefined,
    last: page.hasNext ? to({ place: { at: 'end' } }) : undefined,
  };
}

function ownQueries(
  query: string,
  { wayBack, path }: { readonly wayBack: WayBack; readonly path: string },
): Pick<ShownTable, 'query' | 'whole' | 'linkTo'> {
  const below = wayBack.below(path, query);
  return { query, whole: wayBack.carriedIn('?'), linkTo: (link) => below.to(link) };
}

function backOf({ parameter }: WayBack): readonly (readonly [name: string, value: string])[] {
  return parameter === undefined ? [] : [['back', parameter]];
}

/** The query of the list with a change of its state. */
type ToState = (change: Partial<TableState>) => string;

function heading<Row>(
  table: Table<Row>,
  state: TableState,
  { key, kind, sortBy, isActions = false }: Column<Row>,
  { to, language: { t } }: { readonly to: ToState; readonly language: Language },
): Heading {
  const isSorted = state.sort === key;
  const direction = isSorted && state.direction === 'asc' ? 'desc' : 'asc';
  return {
    text: t(`${table.key}.columns.${key}`),
    isNumber: kind === 'number',
    isActions,
    isName: isFixed(table, key),
    query: sortBy === undefined ? undefined : to({ sort: key, direction }),
    sorted: isSorted ? (state.direction === 'asc' ? 'ascending' : 'descending') : undefined,
  };
}
