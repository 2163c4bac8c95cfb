import type { Request, Response } from 'express';
import type { Database } from '../database/database.js';
import { idFrom } from '../web/ids.js';
import type { Language } from '../web/locale.js';
import { languageOf } from '../web/pages.js';
import type { Remembered } from './list-memory.js';
import type { List } from './list.js';
import { narrowedBy } from './narrowed-by.js';
import { offeredTo } from './offered-filters.js';
import {
  type SavedSearch,
  SavedSearches,
  canShare,
  longestName,
  savedSearches,
} from './saved-searches.js';
import type { Table } from './table.js';
import { type TableState, parseTableState, queryIn, tableQuery } from './table-state.js';

/** The saved searches of a list, and the form that saves the current one. */
export interface ShownSearches {
  readonly searches: readonly (SavedSearch & { readonly isCurrent: boolean })[];
  /** The name that is proposed. */
  readonly name: string;
  readonly longestName: number;
  readonly canShare: boolean;
}

export class SavedSearchMenu<Row extends object> {
  readonly #list: List<Row>;
  readonly #searches: SavedSearches;

  constructor(db: Database, list: List<Row>) {
    this.#list = list;
    this.#searches = new SavedSearches(db);
  }

  /** @param table with the filters that the viewer may use. */
  shown(
    req: Request,
    table: Table<Row>,
    { state, remembered }: { readonly state: TableState; readonly remembered: Remembered },
  ): ShownSearches {
    const current = tableQuery(table, state, {});
    return {
      searches: savedSearches(req.viewer, table, remembered).map(({ query, ...each }) => ({
        ...each,
        query: req.wayBack.carriedIn(query),
        isCurrent: query === current,
      })),
      name: nameOf(table, state, languageOf(req)),
      longestName,
      canShare: canShare(req.viewer),
    };
  }

  /** Saves the list's search under a name, or removes a saved one. */
  async change(req: Request, res: Response): Promise<void> {
    await this.#list.around?.(req);
    const table = offeredTo(req.viewer, this.#list.table);
    const { query, name, shared, remove }: Record<string, unknown> = req.body ?? {};
    const state = parseTableState(table, queryIn(query));
    if (remove === undefined) {
      await this.#searches.save(req.viewer, table, {
        name: nameIn(name) || nameOf(table, state, languageOf(req)),
        query: tableQuery(table, state, {}),
        isShared: shared === '1',
      });
    } else {
      await this.#searches.remove(req.viewer, table, idFrom(remove));
    }
    const back = tableQuery(table, state, { place: state.place });
    res.redirect(303, `${req.baseUrl}${req.path.replace(/\/searches$/, '')}${back}`);
  }
}

/** A name in one line; empty if there is none. */
function nameIn(typed: unknown): string {
  return typeof typed === 'string' ? shortened(typed.replaceAll(/\p{Cc}+/gu, ' ').trim()) : '';
}

/** The search in words. */
function nameOf<Row>(table: Table<Row>, state: TableState, language: Language): string {
  return shortened(narrowedBy(table, state, language).join(', '));
}

function shortened(text: string): string {
  return Array.from(text).slice(0, longestName).join('').trim();
}
