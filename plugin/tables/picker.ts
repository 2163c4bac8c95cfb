import type { Database } from '../database/database.js';
import type { FieldError } from '../errors.js';
import type { Scope } from '../viewing/scope.js';
import { NamedThings, longestTyped } from './named-things.js';
import { mostSuggested } from './names-of-others.js';
import type { Pickable, Suggestion } from './pickable.js';
import { TableQuery } from './table-query.js';
import { parseTableState } from './table-state.js';

/** Shorter words occur in so many names that only prefixes are useful. */
const shortestWithin = 3;
const mostNamed = 3;

/** Suggests things within the viewer's scope. */
export class Picker<Row extends object> {
  readonly #pickable: Pickable<Row>;
  readonly #things: NamedThings<Row>;
  readonly #list: TableQuery<Row>;

  constructor(db: Database, pickable: Pickable<Row>) {
    this.#pickable = pickable;
    this.#things = new NamedThings(db, pickable);
    this.#list = new TableQuery(db, pickable.table);
  }

  /** At most ten: names that begin with the text, then names that contain its words anywhere. */
  async suggest(scope: Scope, text: string): Promise<readonly Suggestion[]> {
    return (await this.find(scope, text)).map((row) => this.#pickable.shown(row));
  }

  /** The rows of these suggestions; `named` leaves out those that are only in a domain of that name. */
  async find(scope: Scope, text: string, which: 'all' | 'named' = 'all'): Promise<readonly Row[]> {
    const found = new Map<unknown, Row>();
    const searches = [
      () => this.#things.beginningWith(scope, text),
      () => this.#withWords(scope, text),
      ...(which === 'named' ? [] : [() => this.#within(scope, text)]),
    ];
    for (const search of searches) {
      if (found.size < mostSuggested) {
        (await search()).forEach((row) => found.set(this.#pickable.shown(row).id, row));
      }
    }
    return [...found.values()].slice(0, mostSuggested);
  }

  /** The thing that a text identifies, if it identifies exactly one. */
  async named(scope: Scope, text: string): Promise<Suggestion | undefined> {
    const found = await this.#things.named(scope, text);
    return found.length === 1 ? found[0] : undefined;
  }

  /** Whether a text identifies exactly one thing. */
  async namesOne(scope: Scope, text: string): Promise<boolean> {
    return (await this.named(scope, text)) !== undefined;
  }

  /** Why a text that does not identify one thing is refused, with candidates. */
  async refusal(scope: Scope, text: string): Promise<FieldError> {
    const same = await this.#things.named(scope, text);
    const typed = text.trim().slice(0, longestTyped);
    const meant = same.length > 1 ? same : await this.suggest(scope, text);
    const names = meant.map(({ name }) => name).slice(0, mostNamed);
    return names.length === 0
      ? { key: this.#pickable.notFound, args: { text: typed } }
      : {
          key: 'picker.several',
          args: {
            text: typed,
            names: names.join(', ') + (meant.length > names.length ? ', …' : ''),
          },
        };
  }

  async #withWords(scope: Scope, text: string): Promise<readonly Row[]> {
    const { words } = parseTableState(this.#pickable.table, { q: text });
    return await this.#things.withWords(scope, words);
  }

  async #within(scope: Scope, text: string): Promise<readonly Row[]> {
    const state = parseTableState(this.#pickable.table, { q: text });
    if (!state.words.some((word) => word.length >= shortestWithin)) {
      return [];
    }
    const { rows } = await this.#list.page({ scope, state: { ...state, size: mostSuggested } });
    return rows;
  }
}
