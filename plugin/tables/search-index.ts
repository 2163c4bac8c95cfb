import type { Database } from '../database/database.js';
import { type Scope, scopeColumn } from '../viewing/scope.js';
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
  readonly #blockQueries: PreparedShapes<Block>;

  constructor(db: Database, search: TableSearch | undefined) {
    this.#db = db;
    this.#search = search;
    this.#queries = new PreparedShapes(db);
    this.#blockQueries = new PreparedShapes(db);
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
          : await this.#byBlocks(index.table, scope, words);
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

  /** @returns undefined when neither all nor enough were found, as where many blocks have every word in different rows. */
  async #byBlocks(
    index: string,
    scope: Scope,
    words: readonly string[],
  ): Promise<number[] | undefined> {
    for (const most of mostBlocks) {
      const blocks = await this.#blocks(index, { scope, words, most });
      const ids = blocks.flatMap((block) => idsIn(block, words));
      if (blocks.length < most || ids.length > mostCounted) {
        return ids;
      }
    }
    return undefined;
  }

  async #blocks(
    index: string,
    { scope, words, most }: { scope: Scope; words: readonly string[]; most: number },
  ): Promise<readonly Block[]> {
    const query = this.#blockQueries.of([most, scope.kind, words.length], (value) => {
      const blocks = this.#db.knex(index).select('ids', 'texts');
      const owner = scopeColumn(scope);
      if (owner !== undefined) {
        blocks.where(owner.column, value('accountId'));
      }
      for (const place of words.keys()) {
        blocks.whereRaw('instr(texts, ?) > 0', [value(`word${place}`)]);
      }
      return blocks.limit(most, { skipBinding: true });
    });
    return await query.run(paramsOf(scope, { kind: 'walk', shape: '', words }));
  }
}

/** As the migrations keep them: lists in the same order. */
interface Block {
  readonly ids: Buffer;
  readonly texts: Buffer;
}

/** A word that is in every row is met often enough in the first few. */
const mostBlocks = [48, mostCounted + 1] as const;

function idsIn({ ids, texts }: Block, words: readonly string[]): number[] {
  const lines = texts.toString().split('\n');
  return ids
    .toString()
    .split(',')
    .filter((_id, index) => words.every((word) => lines[index]?.includes(word)))
    .map(Number);
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
