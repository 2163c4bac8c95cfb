import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';

/** Another process has claimed or given up the row: work on it must stop. */
export class ClaimLostError extends Error {
  override readonly name = 'ClaimLostError';
}

/** How long a claim lasts without being renewed. */
export const leaseMs = 60_000;
const renewMs = leaseMs / 4;

/** A row that one process has claimed. */
export interface Claim {
  readonly id: number;
  readonly claim: string;
}

/** Claims on rows that one process at a time works on, in the columns `state`, `claim` and `lease_until`. */
export class Leases {
  readonly #table: string;
  readonly #states: readonly string[];
  readonly #now: () => number;

  /** @param states of a row that is being worked on. */
  constructor(table: string, states: readonly string[], now: () => number) {
    this.#table = table;
    this.#states = states;
    this.#now = now;
  }

  /**
   * Claims a row with a conditional update, so that exactly one process wins on every engine and in a Galera cluster.
   *
   * @param free the row, on condition that it can be claimed.
   */
  async take(free: Knex.QueryBuilder, to: object): Promise<string | undefined> {
    const claim = randomUUID();
    const taken = await free.update({ ...to, claim, lease_until: this.#until() });
    return taken === 1 ? claim : undefined;
  }

  /**
   * Changes a claimed row and renews its lease.
   *
   * @throws {ClaimLostError}
   */
  async hold(tx: Knex.Transaction, claimed: Claim, to: object = {}): Promise<void> {
    const held = this.#underWay(tx, claimed).update({ ...to, lease_until: this.#until() });
    if ((await held) !== 1) {
      throw new ClaimLostError();
    }
  }

  /** Renews the lease. */
  async renew(tx: Knex.Transaction, claimed: Claim): Promise<void> {
    await this.#underWay(tx, claimed).update({ lease_until: this.#until() });
  }

  /**
   * Releases a row unless another process has claimed it.
   *
   * @returns whether this process still held it.
   */
  async release(tx: Knex.Transaction, claimed: Claim, to: object): Promise<boolean> {
    const released = this.#underWay(tx, claimed).update({ ...to, lease_until: null });
    return (await released) === 1;
  }

  /** Rows whose lease has expired. */
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

/** Renews a lease while work runs. A failed renewal is tried again at the next interval. */
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
