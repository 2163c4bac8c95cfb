import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import type { SmtpServer } from './smtp-server.js';

/** Why a server is used with care: it could not be used lately, or it takes its time. */
export interface Trouble {
  /** In a row; 0 where it has only been slow. */
  readonly failures: number;
  /** What the last failure was, as an outcome of messages. */
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
/** Somewhat less than a message's own pauses, so that its next attempt finds the server at rest no more. */
const pausesMs = [1, 5, 15, 60].map((minutes) => 0.8 * minutes * minuteMs);

/**
 * Which SMTP servers have troubles, known to all processes. Each account's own are its own: whatever it does to a server
 * that others use too, such as on a wrong port, says nothing about them.
 */
export class ServerTroubles {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number) {
    this.#db = db;
    this.#now = now;
  }

  /** By the servers' ids. */
  async of(ownerId: number): Promise<ReadonlyMap<number, Trouble>> {
    const rows: TroubleRow[] = await troublesIn(this.#db.knex).where({ owner_id: ownerId });
    return new Map(rows.map((row) => [row.server_id, troubleFrom(row)]));
  }

  /** It could not be used: there is a pause, longer each time. */
  async failed(server: SmtpServer, before: Trouble | undefined, outcome: string): Promise<void> {
    const failures = (before?.failures ?? 0) + 1;
    const pauseMs = pausesMs[Math.min(failures, pausesMs.length) - 1] ?? 0;
    await this.#write(server, { failures, outcome, pausedUntil: this.#now() + pauseMs });
  }

  /** It answered; whether that took long decides where its next messages wait. */
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

/** Somebody has changed the server, or has seen that it works. */
export async function forgetTroubles(db: Knex, serverId: number): Promise<void> {
  await troublesIn(db).where({ server_id: serverId }).delete();
}

function troublesIn(db: Knex): Knex.QueryBuilder<TroubleRow, TroubleRow[]> {
  return db<TroubleRow>('smtp_server_troubles');
}

function troubleFrom({ failures, outcome, paused_until: pausedUntil }: TroubleRow): Trouble {
  return { failures, outcome: outcome ?? undefined, pausedUntil };
}
