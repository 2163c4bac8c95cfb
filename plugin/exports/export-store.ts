import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { Database } from '../database/database.js';
import { cannotStore, isDuplicate } from '../database/failures.js';
import { holdAccount } from '../database/locks.js';
import { NotFoundError, TooManyRequestsError } from '../errors.js';
import type { Format } from './exported-list.js';

export type ExportState = 'running' | 'done' | 'failed' | 'cancelled' | 'too-slow';

/** How far an export is. */
export interface ExportProgress {
  readonly id: string;
  readonly state: ExportState;
  readonly rowsDone: number;
  /** 0 while they are being counted. */
  readonly rowsTotal: number;
  /** The search and the filters in words. */
  readonly narrowedBy: readonly string[];
}

interface NewExport {
  readonly list: string;
  readonly format: Format;
  readonly narrowedBy?: readonly string[];
  /** Chosen by the page; a taken one is replaced. */
  readonly wantedId?: string | undefined;
}

interface Row {
  readonly id: string;
  readonly account_id: number;
  readonly state: ExportState;
  readonly rows_done: number;
  readonly rows_total: number;
  readonly updated_at: number;
  readonly narrowed_by: string | null;
}

const mostAtOnce = 2;
/** One that has not been heard of for so long ended with its process. */
const silentMs = 30_000;

/** Progress of exports in the database, so that any process of the panel can show and cancel them. */
export class ExportStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * @returns its ID; undefined while nothing can be stored, since the export runs all the same.
   * @throws {TooManyRequestsError} while the account has `mostAtOnce` others.
   */
  async start(accountId: number, wanted: NewExport): Promise<string | undefined> {
    const { wantedId: id = randomUUID(), ...started } = wanted;
    try {
      await this.#db.transaction(async (tx) => {
        await assertPlace(tx, accountId);
        await insert(tx, accountId, { ...started, id });
      });
      return id;
    } catch (error) {
      if (isDuplicate(error)) {
        return await this.start(accountId, started);
      }
      if (cannotStore(error)) {
        return undefined;
      }
      throw error;
    }
  }

  /** @returns whether it still runs: it may have been cancelled. */
  async report(
    id: string,
    { rowsDone, rowsTotal }: { rowsDone: number; rowsTotal: number },
  ): Promise<boolean> {
    return await this.#change(id, { rows_done: rowsDone, rows_total: rowsTotal });
  }

  async end(id: string, state: ExportState, rowsDone: number): Promise<void> {
    await this.#change(id, { state, rows_done: rowsDone });
  }

  /** @throws {NotFoundError} also for other accounts' exports. */
  async find(accountId: number, id: string): Promise<ExportProgress> {
    const row = await this.#db.knex<Row>('exports').where({ id, account_id: accountId }).first();
    if (row === undefined) {
      throw new NotFoundError();
    }
    const isSilent = row.state === 'running' && row.updated_at < Date.now() - silentMs;
    return {
      id,
      state: isSilent ? 'failed' : row.state,
      rowsDone: row.rows_done,
      rowsTotal: row.rows_total,
      narrowedBy: textsIn(row.narrowed_by),
    };
  }

  /**
   * The process that makes it notices within a second.
   *
   * @throws {NotFoundError}
   */
  async cancel(accountId: number, id: string): Promise<void> {
    await this.find(accountId, id);
    await this.#change(id, { state: 'cancelled' });
  }

  /** @returns whether it still ran. */
  async #change(id: string, change: Partial<Row>): Promise<boolean> {
    const count = await this.#db.transaction(async (tx) =>
      tx<Row>('exports')
        .where({ id, state: 'running' })
        .update({ ...change, updated_at: Date.now() }),
    );
    return count > 0;
  }
}

/** @throws {TooManyRequestsError} */
async function assertPlace(tx: Knex.Transaction, accountId: number): Promise<void> {
  // Two exports that start at once count each other.
  await holdAccount(tx, accountId);
  const [running] = await tx('exports')
    .where({ account_id: accountId, state: 'running' })
    .where('updated_at', '>', Date.now() - silentMs)
    .count('* as n');
  if (Number(running?.['n']) >= mostAtOnce) {
    throw new TooManyRequestsError('exports.errors.too-many', { count: mostAtOnce });
  }
}

async function insert(
  tx: Knex.Transaction,
  accountId: number,
  { id, list, format, narrowedBy = [] }: Omit<NewExport, 'wantedId'> & { readonly id: string },
): Promise<void> {
  await tx('exports').insert({
    id,
    account_id: accountId,
    list,
    format,
    narrowed_by: JSON.stringify(narrowedBy),
    state: 'running',
    rows_done: 0,
    rows_total: 0,
    updated_at: Date.now(),
  });
}

function textsIn(json: string | null): readonly string[] {
  const texts: string[] = JSON.parse(json ?? '[]');
  return texts;
}
