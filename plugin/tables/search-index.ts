import type { Database } from '../database/database.js';
import { type Scope, scopeColumn } from '../database/scope.js';
import { type Params, PreparedShapes } from './prepared-shapes.js';
import type { TableSearch } from './table.js';

/** Counting goes no further than this, for an exact count of a common word costs more than the page. */
export const mostCounted = 1000;
const shortestIndexed = 3;

/** Which rows words can match: those with some ids, or any that are met while walking the list. */
export type Candidates = {
  readonly shape: string;
  readonly words: readonly string[];
} & (
  | { readonly kind: 'walk' }
  | { readonly kind: 'ids'; readonly column: string; readonly ids: readonly number[] }
);

/** Finds the ids of what is searched for, where the list has an index for it. */
export class TableSearchIndex {
  readonly #db: Database;
  readonly #search: TableSearch | undefined;
  readonly #queries: PreparedShapes<{ readonly id: number }>;

  constructor(db: Database, search: TableSearch | undefined) {
    this.#db = db;
    this.#search = search;
    this.#queries = new PreparedShapes(db);
  }

  /**
   * Rare words are found through the index first. Common ones are not: walking the list in its order meets enough
   * of them at once, while sorting all that match would take longer the more there are.
   */
  async candidates(scope: Scope, words: readonly string[]): Promise<Candidates> {
    const shape = String(words.length);
    const index = this.#search?.index;
    const found =
      index === undefined || words.length === 0
        ? undefined
        : this.#db.engine === 'sqlite'
          ? await this.#byTrigrams(index.table, words)
          : await this.#byWalking(index.table, scope, words);
    return index === undefined || found === undefined || found.length > mostCounted
      ? { kind: 'walk', shape, words }
      : { kind: 'ids', shape, words, column: index.id, ids: found };
  }

  /** @returns one id more than are counted when there are many; undefined when the words are too short. */
  async #byTrigrams(index: string, words: readonly string[]): Promise<number[] | undefined> {
    const trigrams = words.filter((word) => word.length >= shortestIndexed).flatMap(trigramsOf);
    if (trigrams.length === 0) {
      return undefined;
    }
    const match = trigrams.map((each) => `"${each.replaceAll('"', '""')}"`).join(' AND ');
    const query = this.#queries.of(['trigrams'], (value) =>
      this.#db
        .knex(index)
        .select('rowid as id')
        .whereRaw('?? MATCH ?', [index, value('match')])
        .limit(mostCounted + 1, { skipBinding: true }),
    );
    return (await query.run({ match })).map(({ id }) => id);
  }

  async #byWalking(index: string, scope: Scope, words: readonly string[]): Promise<number[]> {
    const query = this.#queries.of(['walk', scope.kind, words.length], (value) => {
      const narrow = this.#db.knex(index).select('id');
      const owner = scopeColumn(scope);
      if (owner !== undefined) {
        narrow.where(owner.column, value('accountId'));
      }
      for (const place of words.keys()) {
        narrow.whereRaw('instr(search_text, ?) > 0', [value(`word${place}`)]);
      }
      return narrow.limit(mostCounted + 1, { skipBinding: true });
    });
    const found = await query.run(paramsOf(scope, { kind: 'walk', shape: '', words }));
    return found.map(({ id }) => id);
  }
}

/** The values of a query in which candidates are looked for. */
export function paramsOf(scope: Scope, candidates: Candidates): Params {
  return {
    accountId: scopeColumn(scope)?.accountId ?? 0,
    ids: candidates.kind === 'ids' ? JSON.stringify(candidates.ids) : '',
    ...Object.fromEntries(candidates.words.map((word, index) => [`word${index}`, word])),
  };
}

function trigramsOf(word: string): string[] {
  const characters = Array.from(word);
  return characters.slice(2).map((_last, index) => characters.slice(index, index + 3).join(''));
}
