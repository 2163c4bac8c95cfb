import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import type { SmtpServer } from './smtp-server.js';

/** Why a server is used with care: it failed recently, or is slow. */
export interface Trouble {
  /** Consecutive failures; 0 if it was only slow. */
  readonly failures: number;
  /** The last failure, as an outcome of messages. */
  readonly outcome: string | undefined;
  /** Nothing is sent through it before then. */
  readonly pausedUntil: number;
}

interface TroubleRow {
  readonly server_id: number;
  readonly owner_id: number;
  readonly failures: number;
  readonly outcome: string | null;
  readonly paused_until: number;
}

const minuteMs = 60_000;
/** Slightly shorter than a message's own pauses, so that its next attempt finds the server's pause over. */
const pausesMs = [1, 5, 15, 60].map((minutes) => 0.8 * minutes * minuteMs);

/**
 * SMTP servers with failures or delays, shared by all processes. Kept for each account: what one does with a server
 * that others use too, such as on a wrong port, says nothing about them.
 */
export class ServerTroubles {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** By server ID. */
  async of(ownerId: number): Promise<ReadonlyMap<number, Trouble>> {
    const rows: TroubleRow[] = await troublesIn(this.#db.knex).where({ owner_id: ownerId });
    return new Map(rows.map((row) => [row.server_id, troubleFrom(row)]));
  }

  /** Records a failure: each pause is longer than the last. */
  async failed(server: SmtpServer, before: Trouble | undefined, outcome: string): Promise<void> {
    const failures = (before?.failures ?? 0) + 1;
    const pauseMs = pausesMs[Math.min(failures, pausesMs.length) - 1] ?? 0;
    await this.#write(server, { failures, outcome, pausedUntil: this.#now() + pauseMs });
  }

  /** Records an answer; a slow one moves its next messages to the slow lane. */
  async answered(server: SmtpServer, before: Trouble | undefined, isSlow: boolean): Promise<void> {
    if (isSlow && before?.failures !== 0) {
      await this.#write(server, { failures: 0, outcome: undefined, pausedUntil: 0 });
    } else if (!isSlow && before !== undefined) {
      await this.#db.transaction((tx) => forgetTroubles(tx, server.id));
    }
  }

  /** The server may have been removed meanwhile. */
  async #write({ id, ownerId }: SmtpServer, trouble: Trouble): Promise<void> {
    await this.#db.transaction(async (tx) => {
      if ((await tx('smtp_servers').where({ id }).forUpdate().first('id')) === undefined) {
        return;
      }
      const row: TroubleRow = {
        server_id: id,
        owner_id: ownerId,
        failures: trouble.failures,
        outcome: trouble.outcome ?? null,
        paused_until: trouble.pausedUntil,
      };
      await troublesIn(tx).insert(row).onConflict('server_id').merge();
    });
  }
}

/** Forgets troubles after the server was changed or tested with success. */
export async function forgetTroubles(db: Knex, serverId: number): Promise<void> {
  await troublesIn(db).where({ server_id: serverId }).delete();
}

function troublesIn(db: Knex): Knex.QueryBuilder<TroubleRow, TroubleRow[]> {
  return db<TroubleRow>('smtp_server_troubles');
}

function troubleFrom({ failures, outcome, paused_until: pausedUntil }: TroubleRow): Trouble {
  return { failures, outcome: outcome ?? undefined, pausedUntil };
}
