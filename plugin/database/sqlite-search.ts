import type { Database } from './database.js';
import type { FoldedSearch, SearchLimits } from './engine.js';
import { PreparedShapes } from './prepared-shapes.js';

const shortestIndexed = 3;

/** Searches an index of three-character sequences, which is one for the rows of all owners. */
export class TrigramSearch implements FoldedSearch {
  readonly #db: Database;
  readonly #index: string;
  readonly #queries: PreparedShapes<{ readonly id: number }>;

  constructor(db: Database, index: string) {
    this.#db = db;
    this.#index = index;
    this.#queries = new PreparedShapes(db);
  }

  async idsWith(
    words: readonly string[],
    { most }: SearchLimits,
  ): Promise<readonly number[] | undefined> {
    const trigrams = words.filter((word) => word.length >= shortestIndexed).flatMap(trigramsOf);
    if (trigrams.length === 0) {
      return undefined;
    }
    const match = trigrams.map((each) => `"${each.replaceAll('"', '""')}"`).join(' AND ');
    const query = this.#queries.of([most], (value) =>
      this.#db
        .knex(this.#index)
        .select('rowid as id')
        .whereRaw('?? MATCH ?', [this.#index, value('match')])
        .limit(most + 1, { skipBinding: true }),
    );
    return (await query.run({ match })).map(({ id }) => id);
  }
}

function trigramsOf(word: string): string[] {
  const characters = Array.from(word);
  return characters.slice(2).map((_last, index) => characters.slice(index, index + 3).join(''));
}
