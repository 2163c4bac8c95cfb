import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { RecentlyUsed } from '../runtime/recently-used.js';
import { type AnyImportKind, type ImportLine, idsOfFile } from './kind.js';

type Stored = AnyImportKind['stored'];

/** How many new things of each holder a file has up to a line. */
interface Counted {
  upTo: number;
  byHolder: Map<string, number>;
}

/** Files that are previewed at the same time in one process. */
const mostFiles = 50;

/**
 * Counts the new things of an owner that a file has before a line. A preview asks line by line: the count is kept in
 * memory, so that only another process, or a line elsewhere in the file, counts anew.
 */
export class NewBefore {
  readonly #db: Database;
  readonly #files = new RecentlyUsed<Counted>(mostFiles);

  constructor(db: Database) {
    this.#db = db;
  }

  /** @param lines of one file, in their order. @returns the number before each line, by its ID. */
  async of(stored: Stored, lines: readonly ImportLine[]): Promise<ReadonlyMap<number, number>> {
    const [first] = lines;
    if (first === undefined) {
      return new Map();
    }
    const counts = await this.#upTo(stored, first.id);
    const seen = await this.#stored(stored, lines);
    const before = lines.map(({ id, about }): [number, number] => {
      const count = (about && counts.get(about.holder)) ?? 0;
      if (about !== undefined && !seen.has(about.name)) {
        seen.add(about.name);
        counts.set(about.holder, count + 1);
      }
      return [id, count];
    });
    this.#of(first.id).byHolder = counts;
    this.#of(first.id).upTo = lines.at(-1)?.id ?? first.id;
    return new Map(before);
  }

  #of(lineId: number): Counted {
    const file = Math.floor(lineId / idsOfFile);
    return this.#files.of(file, () => ({ upTo: file * idsOfFile, byHolder: new Map() }));
  }

  async #stored({ table, column }: Stored, lines: readonly ImportLine[]): Promise<Set<string>> {
    const names = lines.flatMap(({ about }) => about?.name ?? []);
    return new Set(await this.#db.knex(table).whereIn(column, names).pluck<string[]>(column));
  }

  async #upTo(stored: Stored, lineId: number): Promise<Map<string, number>> {
    const { upTo, byHolder } = this.#of(lineId);
    const isNext =
      upTo < lineId &&
      (await this.#lines(lineId).where('l.id', '>', upTo).first('l.id')) === undefined;
    return isNext ? new Map(byHolder) : await this.#count(stored, lineId);
  }

  /** A line with the same name as an earlier one is left out, since it is refused. */
  async #count({ table, column }: Stored, lineId: number): Promise<Map<string, number>> {
    const rows: { holder: string; n: number }[] = await this.#lines(lineId)
      .leftJoin(`${table} as s`, `s.${column}`, 'l.name')
      .where('l.is_repeated', false)
      .whereNotNull('l.holder')
      .whereNull('s.id')
      .groupBy('l.holder')
      .select('l.holder')
      .count('* as n');
    return new Map(rows.map(({ holder, n }) => [holder, n]));
  }

  /** Those before one. */
  #lines(lineId: number): Knex.QueryBuilder {
    const first = lineId - (lineId % idsOfFile);
    return this.#db.knex('import_lines as l').where('l.id', '>', first).where('l.id', '<', lineId);
  }
}
