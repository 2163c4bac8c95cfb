import type { Database } from '../database/database.js';
import { foldText } from '../database/fold-text.js';
import { PreparedShapes } from '../database/prepared-shapes.js';
import { type Scope, scopeColumn } from '../viewing/scope.js';
import { NamesOfOthers, mostSuggested } from './names-of-others.js';
import type { Pickable, Suggestion } from './pickable.js';
import { orderOf } from './table-state.js';

export const longestTyped = 320;
/** Words of a text that are looked up. */
const mostWords = 3;
/** Sorts after every continuation of a prefix. */
const furthest = '\u{10FFFF}';

/** Finds things by name, within the viewer's scope. */
export class NamedThings<Row extends object> {
  readonly #pickable: Pickable<Row>;
  readonly #db: Database;
  readonly #queries: PreparedShapes<Row>;
  readonly #ofOthers: NamesOfOthers<Row>;

  constructor(db: Database, pickable: Pickable<Row>) {
    this.#pickable = pickable;
    this.#db = db;
    this.#queries = new PreparedShapes(db);
    this.#ofOthers = new NamesOfOthers(db, pickable);
  }

  /** Rows with the typed name: one, none, or several that share it. */
  async named(scope: Scope, text: string): Promise<readonly Suggestion[]> {
    const folded = this.#folded(text);
    const rows = folded === '' ? [] : await this.#between(scope, folded, folded);
    return rows
      .filter((row) => this.#pickable.isNamed?.(row, text.trim()) ?? true)
      .map((row) => this.#pickable.shown(row));
  }

  /** The first ten rows whose name begins with a text. */
  async beginningWith(scope: Scope, text: string): Promise<readonly Row[]> {
    const folded = this.#folded(text);
    return await this.#between(scope, folded, folded + furthest);
  }

  /** The first ten rows with one of these words at the beginning of a word, and with all others anywhere. */
  async withWords(scope: Scope, words: readonly string[]): Promise<readonly Row[]> {
    const { table = '' } = this.#pickable.words ?? {};
    const found: Row[] = [];
    for (const word of table === '' ? [] : words.slice(0, mostWords)) {
      if (found.length < mostSuggested) {
        const others = words.filter((other) => other !== word);
        const range = { table, name: 'word', id: 'id', from: word, to: word + furthest, others };
        found.push(...(await this.#ofOthers.first(scope, range)));
      }
    }
    return found;
  }

  #folded(text: string): string {
    const typed = text.trim().slice(0, longestTyped);
    return this.#pickable.folded?.(typed) ?? foldText(typed);
  }

  /** The first rows whose folded name is between `from` and `to`. */
  async #between(scope: Scope, from: string, to: string): Promise<readonly Row[]> {
    const { table, isOfDomain } = this.#pickable;
    const order = orderOf(table, table.defaultSort);
    const [name = '', id = ''] = order;
    if (isOfDomain === true) {
      const [owner = ''] = name.split('.');
      const range = {
        from,
        to,
        table: owner,
        name: unqualified(name),
        id: unqualified(id),
        others: [],
      };
      return await this.#ofOthers.first(scope, range);
    }
    const query = this.#queries.of([scope.kind], (value) => {
      const rows = table.from(this.#db.knex);
      const owner = scopeColumn(scope);
      if (table.within !== undefined) {
        table.within(rows, scope, value('accountId'), this.#db.engine);
      } else if (owner !== undefined) {
        rows.where(owner.column, value('accountId'));
      }
      rows.where(name, '>=', value('from')).where(name, '<=', value('to'));
      rows.orderBy([...order]);
      return rows.limit(mostSuggested, { skipBinding: true });
    });
    return await query.run({ accountId: scopeColumn(scope)?.accountId ?? 0, from, to });
  }
}

function unqualified(column: string): string {
  return column.replace(/^.*\./, '');
}
