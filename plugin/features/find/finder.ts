import { foldText } from '../../database/fold-text.js';
import type { Database } from '../../database/database.js';
import type { NavigationEntry } from '../../manifest.js';
import type { AnyPickable } from '../../tables/pickable.js';
import { longestTyped } from '../../tables/named-things.js';
import { Picker } from '../../tables/picker.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { Language } from '../../web/locale.js';
import type { Access } from '../../web/route-table.js';

/** A page that the search over everything found. */
interface Found {
  readonly name: string;
  /** What distinguishes it beside the name. */
  readonly note: string;
  /** Below the mount point. */
  readonly path: string;
}

/** What was found of one kind. */
export interface FoundKind {
  /** The locale key of its title. */
  readonly title: string;
  readonly found: readonly Found[];
}

interface FinderParts {
  readonly db: Database;
  readonly pickables: readonly AnyPickable[];
  /** The access of a page's route; undefined if the panel has none. */
  readonly accessTo: (route: string) => Access | undefined;
  readonly entriesFor: (viewer: Viewer) => readonly NavigationEntry[];
}

/** Finds things of all kinds, and the pages of the menu, within the viewer's scope. */
export class Finder {
  readonly #parts: FinderParts;
  readonly #pickers: ReadonlyMap<AnyPickable, Picker<object>>;

  constructor(parts: FinderParts) {
    this.#parts = parts;
    this.#pickers = new Map(
      parts.pickables.map((pickable) => [pickable, new Picker(parts.db, pickable)]),
    );
  }

  /** At most ten of each kind, in the kinds' order, then pages. Kinds without any are left out. */
  async find(viewer: Viewer, text: string, language: Language): Promise<readonly FoundKind[]> {
    const typed = text.trim().slice(0, longestTyped);
    if (typed === '') {
      return [];
    }
    const kinds: FoundKind[] = [];
    for (const [pickable, picker] of this.#pickers) {
      kinds.push(await this.#ofKind(viewer, typed, pickable, picker));
    }
    return [...kinds, this.#pages(viewer, typed, language)].filter(({ found }) => found.length > 0);
  }

  #pages(viewer: Viewer, text: string, { t }: Language): FoundKind {
    const words = foldText(text).split(/\s+/);
    const found = this.#parts.entriesFor(viewer).flatMap(({ id, path }) => {
      const name = t(`${id}.menu`);
      const named = foldText(name).split(/\s+/);
      const isFound = words.every((word) => named.some((each) => each.startsWith(word)));
      return isFound ? [{ name, note: '', path }] : [];
    });
    return { title: 'find.pages', found };
  }

  async #ofKind(
    { scope, permissions }: Viewer,
    text: string,
    pickable: AnyPickable,
    picker: Picker<object>,
  ): Promise<FoundKind> {
    const { key, page } = pickable;
    const access = page && this.#parts.accessTo(page.route);
    if (page === undefined || access === undefined || !permissions.has(access)) {
      return { title: key, found: [] };
    }
    const rows = await picker.find(scope, text, page.isByNameAlone === true ? 'named' : 'all');
    const found = rows.map((row) => ({ ...pickable.shown(row), path: page.path(row) }));
    return { title: `${key}.menu`, found };
  }
}
