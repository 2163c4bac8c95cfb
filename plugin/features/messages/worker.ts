import type { Logger } from '../../web/log.js';
import { ClaimLostError, type Claimed, type Claims, leaseMs } from './claims.js';
import type { Delivery } from './delivery.js';
import type { Insist } from './insist.js';
import type { Upkeep } from './upkeep.js';

const pollMs = 2000;
const renewMs = leaseMs / 4;
const atOnce = 8;
/** Of one account, so that a server that keeps it waiting holds up nobody else. */
const atOnceForOwner = 2;
const sweepMs = 10 * 60 * 1000;

/** Sends what is due, several messages at once. Any number of processes may have one. */
export class OutboxWorker {
  readonly #claims: Claims;
  readonly #upkeep: Upkeep;
  readonly #delivery: Delivery;
  readonly #insist: Insist;
  readonly #log: Logger;
  readonly #underWay = new Map<Claimed, Promise<void>>();
  readonly #stopping = new AbortController();
  #dispatching = Promise.resolve();
  #isDispatching = false;
  #sweeping: Promise<void> | undefined;
  #isCalled = false;
  #timers: readonly NodeJS.Timeout[] = [];

  constructor(parts: {
    readonly claims: Claims;
    readonly upkeep: Upkeep;
    readonly delivery: Delivery;
    readonly insist: Insist;
    readonly log: Logger;
  }) {
    this.#claims = parts.claims;
    this.#upkeep = parts.upkeep;
    this.#delivery = parts.delivery;
    this.#insist = parts.insist;
    this.#log = parts.log;
  }

  start(): void {
    this.#timers = [
      setInterval(() => void this.#recover(), pollMs),
      setInterval(() => void this.#sweep(), sweepMs),
    ];
    void this.#recover();
    void this.#sweep();
  }

  /** Looks for messages now, if it has been started. */
  wake(): void {
    if (this.#timers.length > 0) {
      this.#look();
    }
  }

  /** Sends what is due, and is done when nothing is. */
  async drain(): Promise<void> {
    await this.#upkeep.recover();
    await this.#sweep();
    this.#look();
    while (this.#isDispatching || this.#underWay.size > 0) {
      await Promise.all([this.#dispatching, ...this.#underWay.values()]);
    }
  }

  /** Takes no more messages, and waits for those that are under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#timers.forEach((timer) => clearInterval(timer));
    await Promise.all([this.#sweeping, this.#dispatching]);
    await Promise.all(this.#underWay.values());
  }

  async #recover(): Promise<void> {
    await this.#logged(this.#upkeep.recover());
    this.#look();
  }

  /** One at a time: there may be much to drop. */
  async #sweep(): Promise<void> {
    this.#sweeping ??= this.#logged(this.#swept()).finally(() => (this.#sweeping = undefined));
    await this.#sweeping;
  }

  async #swept(): Promise<void> {
    await this.#upkeep.giveUpHeld(this.#stopping.signal);
    await this.#upkeep.dropOld(this.#stopping.signal);
  }

  #look(): void {
    this.#isCalled = true;
    if (!this.#isDispatching) {
      this.#isDispatching = true;
      this.#dispatching = this.#logged(this.#dispatch());
    }
  }

  /** Takes one message after the other, so that each claim knows whose messages are under way already. */
  async #dispatch(): Promise<void> {
    try {
      while (this.#isCalled && this.#underWay.size < atOnce && !this.#stopping.signal.aborted) {
        this.#isCalled = false;
        const claimed = await this.#claims.next(this.#busyOwners());
        if (claimed !== undefined) {
          this.#begin(claimed);
          this.#isCalled = true;
        }
      }
    } finally {
      this.#isDispatching = false;
    }
  }

  #begin(claimed: Claimed): void {
    const sending = this.#logged(this.#send(claimed)).finally(() => {
      this.#underWay.delete(claimed);
      this.#look();
    });
    this.#underWay.set(claimed, sending);
  }

  #busyOwners(): readonly number[] {
    const counts = new Map<number, number>();
    for (const { ownerId } of this.#underWay.keys()) {
      counts.set(ownerId, (counts.get(ownerId) ?? 0) + 1);
    }
    return [...counts].filter(([, count]) => count >= atOnceForOwner).map(([ownerId]) => ownerId);
  }

  async #send(claimed: Claimed): Promise<void> {
    const renewal = setInterval(() => void this.#logged(this.#claims.renew(claimed)), renewMs);
    try {
      const conclusion = await this.#delivery.deliver(claimed);
      // What a server has accepted is known here alone, until the database takes it.
      await this.#insist(() => this.#claims.conclude(claimed, conclusion));
    } catch (error) {
      if (!(error instanceof ClaimLostError)) {
        throw error;
      }
    } finally {
      clearInterval(renewal);
    }
  }

  async #logged(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#log.error({ err: error }, 'outbox');
    }
  }
}
