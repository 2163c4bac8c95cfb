import type { Logger } from '../../web/log.js';
import { ClaimLostError, whileRenewing } from '../../jobs/lease.js';
import type { Claimed, Claims } from './claims.js';
import type { Delivery } from './delivery.js';
import type { PanelMails } from './panel-mails.js';
import type { Insist } from '../../jobs/insist.js';
import { type Candidate, type Sending, Turns } from './turns.js';
import type { Upkeep } from './upkeep.js';

const pollMs = 2000;
const sweepMs = 10 * 60 * 1000;

type UnderWay = Sending & { isAwaited: boolean };

interface OutboxWorkerParts {
  readonly claims: Claims;
  readonly upkeep: Upkeep;
  readonly panelMails: PanelMails;
  readonly delivery: Delivery;
  readonly insist: Insist;
  readonly log: Logger;
}

/** Sends due messages, several at once. Any number of processes may run one. */
export class OutboxWorker {
  readonly #parts: OutboxWorkerParts;
  readonly #turns = new Turns();
  readonly #underWay = new Map<UnderWay, Promise<void>>();
  readonly #stopping = new AbortController();
  #dispatching = Promise.resolve();
  #isDispatching = false;
  #sweeping: Promise<void> | undefined;
  #isCalled = false;
  #timers: readonly NodeJS.Timeout[] = [];

  constructor(parts: OutboxWorkerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timers = [
      setInterval(() => void this.#recover(), pollMs),
      setInterval(() => void this.#sweep(), sweepMs),
    ];
    void this.#recover();
    void this.#sweep();
  }

  /** Looks for messages now, if started. */
  wake(): void {
    if (this.#timers.length > 0) {
      this.#look();
    }
  }

  /** Sends due messages until there are none. */
  async drain(): Promise<void> {
    await this.#parts.upkeep.recover();
    await this.#parts.panelMails.takeOver();
    await this.#sweep();
    this.#look();
    while (this.#isDispatching || this.#underWay.size > 0) {
      await Promise.all([this.#dispatching, ...this.#underWay.values()]);
    }
  }

  /** Claims no more messages, and waits for those under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#timers.forEach((timer) => clearInterval(timer));
    await Promise.all([this.#sweeping, this.#dispatching]);
    await Promise.all(this.#underWay.values());
  }

  async #recover(): Promise<void> {
    await this.#logged(this.#parts.upkeep.recover());
    await this.#logged(this.#parts.panelMails.takeOver());
    this.#look();
  }

  /** Runs one sweep at a time, since there may be much to delete. */
  async #sweep(): Promise<void> {
    this.#sweeping ??= this.#logged(this.#swept()).finally(() => (this.#sweeping = undefined));
    await this.#sweeping;
  }

  async #swept(): Promise<void> {
    await this.#parts.upkeep.giveUpHeld(this.#stopping.signal);
    await this.#parts.upkeep.dropOld(this.#stopping.signal);
  }

  #look(): void {
    this.#isCalled = true;
    if (!this.#isDispatching) {
      this.#isDispatching = true;
      this.#dispatching = this.#logged(this.#dispatch());
    }
  }

  /** Claims messages one after the other, so that each turn takes those under way into account. */
  async #dispatch(): Promise<void> {
    try {
      while (this.#isCalled && !this.#stopping.signal.aborted) {
        this.#isCalled = false;
        const due = await this.#parts.claims.dueAccounts();
        const taken = await this.#first(this.#turns.inOrder(due, [...this.#underWay.keys()]));
        if (taken !== undefined) {
          this.#begin(taken);
          this.#isCalled = true;
        }
      }
    } finally {
      this.#isDispatching = false;
    }
  }

  /** Other processes may have claimed what was due. */
  async #first(candidates: readonly Candidate[]): Promise<Taken | undefined> {
    for (const candidate of candidates) {
      const claimed = await this.#parts.claims.next(candidate.ownerId);
      if (claimed !== undefined) {
        return { candidate, claimed };
      }
    }
    return undefined;
  }

  #begin({ candidate, claimed }: Taken): void {
    this.#turns.taken(candidate);
    const place: UnderWay = { ...candidate, isAwaited: false };
    const sending = this.#logged(this.#send(claimed, place)).finally(() => {
      this.#underWay.delete(place);
      this.#look();
    });
    this.#underWay.set(place, sending);
  }

  async #send(claimed: Claimed, place: UnderWay): Promise<void> {
    const renew = (): Promise<void> => this.#logged(this.#parts.claims.renew(claimed));
    try {
      await whileRenewing(renew, () => this.#deliver(claimed, place));
    } catch (error) {
      if (!(error instanceof ClaimLostError)) {
        throw error;
      }
    }
  }

  async #deliver(claimed: Claimed, place: UnderWay): Promise<void> {
    const end = await this.#parts.delivery.deliver(claimed, () => {
      place.isAwaited = true;
      this.#look();
    });
    // Only this process knows what the server has accepted, until the database has stored it.
    await this.#parts.insist(() =>
      'postponedUntil' in end
        ? this.#parts.claims.postpone(claimed, end.postponedUntil)
        : this.#parts.claims.conclude(claimed, end),
    );
  }

  async #logged(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#parts.log.error({ err: error }, 'could not work on the outbox');
    }
  }
}

interface Taken {
  readonly candidate: Candidate;
  readonly claimed: Claimed;
}
