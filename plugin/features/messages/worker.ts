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
  readonly #running = new Set<Promise<void>>();
  readonly #underWay = new Set<Claimed>();
  #calls = 0;
  #hasStopped = false;
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
      setInterval(() => void this.#logged(this.#sweep()), sweepMs),
    ];
    void this.#recover();
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
    while (this.#running.size > 0) {
      await Promise.all(this.#running);
    }
  }

  /** Takes no more messages, and waits for those that are under way. */
  async stop(): Promise<void> {
    this.#hasStopped = true;
    this.#timers.forEach((timer) => clearInterval(timer));
    await Promise.all(this.#running);
  }

  async #recover(): Promise<void> {
    await this.#logged(this.#upkeep.recover());
    this.#look();
  }

  async #sweep(): Promise<void> {
    await this.#upkeep.giveUpHeld();
    await this.#upkeep.dropOld();
  }

  #look(): void {
    this.#calls += 1;
    while (this.#running.size < atOnce && !this.#hasStopped) {
      const lane = this.#logged(this.#sendDue()).finally(() => this.#running.delete(lane));
      this.#running.add(lane);
    }
  }

  /** A call that comes while the last look is under way must not be missed. */
  async #sendDue(): Promise<void> {
    for (;;) {
      const calls = this.#calls;
      const claimed = this.#hasStopped ? undefined : await this.#claims.next(this.#busyOwners());
      if (claimed !== undefined) {
        await this.#send(claimed);
      } else if (calls === this.#calls || this.#hasStopped) {
        return;
      }
    }
  }

  #busyOwners(): readonly number[] {
    const counts = new Map<number, number>();
    for (const { ownerId } of this.#underWay) {
      counts.set(ownerId, (counts.get(ownerId) ?? 0) + 1);
    }
    return [...counts].filter(([, count]) => count >= atOnceForOwner).map(([ownerId]) => ownerId);
  }

  async #send(claimed: Claimed): Promise<void> {
    this.#underWay.add(claimed);
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
      this.#underWay.delete(claimed);
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
