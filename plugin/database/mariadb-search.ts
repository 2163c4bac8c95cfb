import type { Database } from './database.js';
import type { FoldedSearch, SearchLimits } from './engine.js';
import { PreparedShapes } from './prepared-shapes.js';

/** As the migrations store them: lists in the same order. */
interface Block {
  readonly ids: Buffer;
  readonly texts: Buffer;
}

/** Blocks to read first: enough to meet a word that is in every row. */
const blocksAtFirst = 48;

/** Walks blocks that hold the texts of several rows of an owner. */
export class BlockSearch implements FoldedSearch {
  readonly #db: Database;
  readonly #index: string;
  readonly #queries: PreparedShapes<Block>;

  constructor(db: Database, index: string) {
    this.#db = db;
    this.#index = index;
    this.#queries = new PreparedShapes(db);
  }

  /** @returns undefined, too, where many blocks have every word in different rows. */
  async idsWith(
    words: readonly string[],
    { owner, most }: SearchLimits,
  ): Promise<readonly number[] | undefined> {
    for (const limit of [blocksAtFirst, most + 1]) {
      const blocks = await this.#blocksWith(words, owner, limit);
      const ids = blocks.flatMap((block) => idsIn(block, words));
      if (blocks.length < limit || ids.length > most) {
        return ids;
      }
    }
    return undefined;
  }

  async #blocksWith(
    words: readonly string[],
    owner: SearchLimits['owner'],
    limit: number,
  ): Promise<readonly Block[]> {
    const query = this.#queries.of([limit, owner?.column, words.length], (value) => {
      const blocks = this.#db.knex(this.#index).select('ids', 'texts');
      if (owner !== undefined) {
        blocks.where(owner.column, value('accountId'));
      }
      for (const place of words.keys()) {
        blocks.whereRaw('instr(texts, ?) > 0', [value(`word${place}`)]);
      }
      return blocks.limit(limit, { skipBinding: true });
    });
    return await query.run({
      accountId: owner?.accountId ?? 0,
      ...Object.fromEntries(words.map((word, place) => [`word${place}`, word])),
    });
  }
}

function idsIn({ ids, texts }: Block, words: readonly string[]): number[] {
  const lines = texts.toString().split('\n');
  return ids
    .toString()
    .split(',')
    .filter((_id, index) => words.every((word) => lines[index]?.includes(word)))
    .map(Number);
}
