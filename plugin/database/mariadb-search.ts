import type { Database } from './database.js';
import type { FoldedSearch, SearchLimits } from './engine.js';
import { type IntactPiece, intactPieces } from './intact-pieces.js';
import { PreparedShapes } from './prepared-shapes.js';

/** As the migrations store them: lists in the same order. */
interface Block {
  readonly ids: Buffer;
  readonly texts: Buffer;
}

/** Blocks to read first: enough to meet a word that is in every row. */
const blocksAtFirst = 48;

/** A condition that texts contain something, with its values by name. */
interface Condition {
  readonly sql: string;
  readonly texts: readonly string[];
  holds(text: string): boolean;
}

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
    const condition = joined('AND', words.map(containing));
    for (const limit of [blocksAtFirst, most + 1]) {
      const blocks = await this.#blocksWith(condition, owner, limit);
      const ids = blocks.flatMap((block) => idsIn(block, condition));
      if (blocks.length < limit || ids.length > most) {
        return ids;
      }
    }
    return undefined;
  }

  async idsNear(
    misspelled: string,
    others: readonly string[],
    { owner, most }: SearchLimits,
  ): Promise<readonly number[]> {
    const pieces = intactPieces(misspelled);
    if (pieces.length === 0) {
      return [];
    }
    // Rare words come first, since the rest is not looked for in blocks without them.
    const near = joined('OR', pieces.map(containingPiece));
    const condition = joined('AND', [...others.map(containing), near]);
    const blocks = await this.#blocksWith(condition, owner, blocksAtFirst);
    return blocks.flatMap((block) => idsIn(block, condition)).slice(0, most);
  }

  async #blocksWith(
    { sql, texts }: Condition,
    owner: SearchLimits['owner'],
    limit: number,
  ): Promise<readonly Block[]> {
    const query = this.#queries.of([limit, owner?.column, sql], (value) => {
      const blocks = this.#db.knex(this.#index).select('ids', 'texts');
      if (owner !== undefined) {
        blocks.where(owner.column, value('accountId'));
      }
      blocks.whereRaw(
        sql,
        texts.map((_text, place) => value(`text${place}`)),
      );
      return blocks.limit(limit, { skipBinding: true });
    });
    return await query.run({
      accountId: owner?.accountId ?? 0,
      ...Object.fromEntries(texts.map((text, place) => [`text${place}`, text])),
    });
  }
}

function containing(text: string): Condition {
  return { sql: 'instr(texts, ?) > 0', texts: [text], holds: (whole) => whole.includes(text) };
}

function containingPiece({ text, further }: IntactPiece): Condition {
  return further.length === 0
    ? containing(text)
    : joined('AND', [containing(text), joined('OR', further.map(containing))]);
}

function joined(operator: 'AND' | 'OR', parts: readonly Condition[]): Condition {
  return {
    sql: `(${parts.map(({ sql }) => sql).join(` ${operator} `)})`,
    texts: parts.flatMap(({ texts }) => texts),
    holds: (whole) =>
      operator === 'AND'
        ? parts.every((part) => part.holds(whole))
        : parts.some((part) => part.holds(whole)),
  };
}

function idsIn({ ids, texts }: Block, condition: Condition): number[] {
  const lines = texts.toString().split('\n');
  return ids
    .toString()
    .split(',')
    .filter((_id, index) => condition.holds(lines[index] ?? ''))
    .map(Number);
}
