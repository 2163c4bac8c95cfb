import type { Request, Response } from 'express';
import type { Database } from '../database/database.js';
import type { Viewer } from '../viewing/viewer.js';
import { type Pages, languageOf } from '../web/pages.js';
import type { RouteTable } from '../web/route-table.js';
import { FilterRefusals } from './filter-refusals.js';
import { ListMemory, type Remembered } from './list-memory.js';
import type { List } from './list.js';
import type { Listing } from './listing.js';
import { NearSearches } from './near-searches.js';
import { offeredTo } from './offered-filters.js';
import { shownFilters } from './shown-filters.js';
import { SavedSearchMenu } from './saved-search-menu.js';
import { TableChoices, columnsFor } from './table-choices.js';
import { type ShownTable, shownActions, shownTable, withWayBack } from './table-page.js';
import type { Table } from './table.js';
import { type TablePage, TableQuery } from './table-query.js';
import { type TableState, parseTableState, queryIn, tableQuery } from './table-state.js';

interface Parts<Row extends object> {
  readonly db: Database;
  readonly pages: Pages;
  readonly list: List<Row>;
  readonly query: TableQuery<Row>;
}

/** Adds a list's page and its column chooser: the title is the locale key `<table>.title`, the view `<table>/index`. */
export function addTable<Row extends object>(
  routes: RouteTable,
  { db, pages }: Pick<Parts<Row>, 'db' | 'pages'>,
  list: List<Row>,
): void {
  const { path, permission, table } = list;
  const query = new TableQuery(db, table);
  const page = new ListPage({ db, pages, list, query });
  routes.getList(path, permission, (req, res) => page.show(req, res));
  routes.post(`${path}/columns`, permission, (req, res) => page.chooseColumns(req, res));
  const saved = new SavedSearchMenu(db, list);
  routes.post(`${path}/searches`, permission, (req, res) => saved.change(req, res));
}

/** A list's page, with the columns that people choose for it. */
class ListPage<Row extends object> {
  readonly #parts: Parts<Row>;
  readonly #choices: TableChoices;
  readonly #memory: ListMemory;
  readonly #saved: SavedSearchMenu<Row>;
  readonly #refusals: FilterRefusals;
  readonly #near: NearSearches<Row>;

  constructor(parts: Parts<Row>) {
    this.#parts = parts;
    this.#choices = new TableChoices(parts.db);
    this.#memory = new ListMemory(parts.db);
    this.#saved = new SavedSearchMenu(parts.db, parts.list);
    this.#refusals = new FilterRefusals(parts.db, parts.list.table);
    this.#near = new NearSearches(parts.db, parts.list.table);
  }

  async show(req: Request, res: Response): Promise<void> {
    const { list, pages } = this.#parts;
    const { key } = list.table;
    const { parent, content } = (await list.around?.(req)) ?? {};
    const table = await this.#shown(req, parent?.id);
    const isEmpty = table.count.value === 0 && !table.isNarrowed;
    pages.show(req, res, `${key}/index`, {
      title: languageOf(req).t(`${key}.title`),
      section: key,
      table,
      first: isEmpty ? await list.first?.(req) : undefined,
      ...content,
    });
  }

  async chooseColumns(req: Request, res: Response): Promise<void> {
    const { list } = this.#parts;
    const { table } = list;
    await list.around?.(req);
    const { query: queried, ...body }: Record<string, unknown> = req.body ?? {};
    await this.#choices.choose(req.viewer, table, chosenIn(body, table));
    const state = parseTableState(offeredTo(req.viewer, table), queryIn(queried));
    const back = tableQuery(table, state, { place: state.place });
    res.redirect(303, `${req.baseUrl}${req.path.replace(/\/columns$/, '')}${back}`);
  }

  async #shown(req: Request, parent: number | undefined): Promise<ShownTable> {
    const { list, query } = this.#parts;
    const { table } = list;
    const { viewer, wayBack, path } = req;
    const offered = offeredTo(viewer, table);
    const asked = parseTableState(offered, req.query);
    const remembering = this.#memory.of(viewer, table);
    const listing = { scope: viewer.scope, state: asked, parent };
    const [remembered, { page, state }, refusals] = await Promise.all([
      remembering,
      nearestPage(query, await withColumns(listing, viewer, table, remembering)),
      this.#refusals.of(viewer.scope, asked.filters),
    ]);
    const columns = columnsFor(viewer, table, remembered);
    const language = languageOf(req);
    const near =
      page.count === 0 && state.words.length > 0
        ? await this.#near.of({ scope: viewer.scope, state, parent }, language)
        : { texts: [], isUnfiltered: false };
    const filters = shownFilters(offered, state, { language, refusals });
    return {
      ...shownTable(table, columns, { state, page, near, language, wayBack, path }),
      filters: withWayBack(filters, wayBack),
      saved: this.#saved.shown(req, offered, { state: asked, remembered }),
      path,
      files: list.files?.(state) ?? [],
      actions: shownActions(req, list.offered),
    };
  }
}

/** A list that reads something for some columns alone waits for those that the viewer has chosen. */
async function withColumns<Row>(
  listing: Listing,
  viewer: Viewer,
  table: Table<Row>,
  remembering: Promise<Remembered>,
): Promise<Listing> {
  if (table.columns.every(({ reads }) => reads === undefined)) {
    return listing;
  }
  const columns = columnsFor(viewer, table, await remembering);
  return { ...listing, columns: columns.map(({ key }) => key) };
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
