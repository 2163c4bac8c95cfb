import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';

/** Another process has taken the row, or given it up: whatever is under way must not go on. */
export class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError';
}

/** How long a process is believed to be working on a row without a word from it. */
export const leaseMs = 60_000;
const renewMs = leaseMs / 4;

/** A row that one process has taken. */
export interface Claim {
  readonly id: number;
  readonly claim: string;
}

/** Rows that one process at a time works on, with the columns `state`, `claim` and `lease_until`. */
export class Leases {
  readonly #table: string;
  readonly #states: readonly string[];
  readonly #now: () => number;

  /** @param states those of a row that is being worked on. */
  constructor(table: string, states: readonly string[], now: () => number) {
    this.#table = table;
    this.#states = states;
    this.#now = now;
  }

  /**
   * Takes a row. An ordinary update with a condition, so that every engine and a Galera cluster let one process win.
   *
   * @param free the row, on condition that it may be taken.
   */
  async take(free: Knex.QueryBuilder, to: object): Promise<string | undefined> {
    const claim = randomUUID();
    const taken = await free.update({ ...to, claim, lease_until: this.#until() });
    return taken === 1 ? claim : undefined;
  }

  /** Changes a row that is still this process's, and goes on being believed. @throws {ClaimLostError} */
  async hold(tx: Knex.Transaction, claimed: Claim, to: object = {}): Promise<void> {
    const held = this.#underWay(tx, claimed).update({ ...to, lease_until: this.#until() });
    if ((await held) !== 1) {
      throw new ClaimLostError();
    }
  }

  /** Goes on being believed. */
  async renew(tx: Knex.Transaction, claimed: Claim): Promise<void> {
    await this.#underWay(tx, claimed).update({ lease_until: this.#until() });
  }

  /** Gives a row back, unless it is another's by now. @returns whether it was still this process's. */
  async release(tx: Knex.Transaction, claimed: Claim, to: object): Promise<boolean> {
    const released = this.#underWay(tx, claimed).update({ ...to, lease_until: null });
    return (await released) === 1;
  }

  /** Those whose process is gone. */
  lost(db: Knex): Knex.QueryBuilder {
    return db(this.#table).whereIn('state', this.#states).where('lease_until', '<', this.#now());
  }

  #underWay(tx: Knex.Transaction, { id, claim }: Claim): Knex.QueryBuilder {
    return tx(this.#table).where({ id, claim }).whereIn('state', this.#states);
  }

  #until(): number {
    return this.#now() + leaseMs;
  }
}

/** Does something while its lease is renewed. What cannot be renewed now is renewed the next time. */
export async function whileRenewing<T>(
  renew: () => Promise<void>,
  work: () => Promise<T>,
  everyMs = renewMs,
): Promise<T> {
  const renewal = setInterval(() => void renew(), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
  }
}
