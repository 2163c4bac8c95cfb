import { type Sending, sendMessage } from '../../sending/send-message.js';
import type { Logger } from '../../web/log.js';
import type { ServerTroubles, Trouble } from '../smtp-servers/index.js';
import type { Claimed, Claims, Conclusion } from './claims.js';
import {
  type Circumstances,
  type Ending,
  concluded,
  isFinal,
  isServersFault,
  mostTelling,
} from './ending.js';
import type { Insist } from '../../jobs/insist.js';
import { ClaimLostError } from '../../jobs/lease.js';
import { Pace } from './pace.js';
import type { Route, Stop } from './stop.js';

/** From the server's look-up until it asks for the message. */
const deadlineMs = 30_000;
/** RFC 5321 §4.5.3.2.6 gives a server ten minutes to answer the end of the data. */
const answerMs = 10 * 60 * 1000;

const noServer: Ending = { kind: 'temporary', outcome: 'no-server', reply: undefined };

const noContent: Ending = { kind: 'permanent', outcome: 'no-content', reply: undefined };

/** All servers for a message have a pause. */
export interface Postponed {
  readonly postponedUntil: number;
}

export interface DeliveryParts {
  readonly claims: Claims;
  readonly troubles: ServerTroubles;
  /** The route of messages for a service. */
  readonly routeOf: (service: string) => Route;
  readonly log: Logger;
  readonly now: () => number;
  readonly insist: Insist;
}

/** Sends claimed messages through the servers of their routes. */
export class Delivery {
  readonly #parts: DeliveryParts;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /**
   * Tries the servers in turn, the next one only if the last could not be used. Skips servers with a pause,
   * except at a message's last attempt.
   *
   * @param onHandedOver runs when a server may have the message and only its answer is pending.
   * @returns the result to store.
   * @throws {ClaimLostError}
   */
  async deliver(claimed: Claimed, onHandedOver: () => void): Promise<Conclusion | Postponed> {
    const { routeOf, troubles, now } = this.#parts;
    const suitable = await routeOf(claimed.service).stopsFor(claimed);
    const known = await troubles.of(claimed.ownerId);
    const pauseOf = ({ server }: Stop): number => known.get(server?.id ?? 0)?.pausedUntil ?? 0;
    const usable = suitable.filter((stop) => pauseOf(stop) <= now() || now() >= claimed.expiresAt);
    if (usable.length === 0 && suitable.length > 0) {
      const ends = suitable.map(pauseOf);
      return { postponedUntil: Math.min(...ends) };
    }
    return await this.#throughOneOf(usable, claimed, { known, onHandedOver });
  }

  async #throughOneOf(
    usable: readonly Stop[],
    claimed: Claimed,
    { known, onHandedOver }: Course,
  ): Promise<Conclusion> {
    const { claims, insist, now } = this.#parts;
    const endings: Ending[] = [];
    for (const stop of usable) {
      const id = await claims.begin(claimed, stop);
      const pace = new Pace(now);
      const ending = await this.#through(stop, claimed, () => {
        pace.handedOver();
        onHandedOver();
      });
      await this.#note(stop, known, { ending, pace });
      const attempt = { id, outcome: ending.outcome, reply: ending.reply };
      if (isFinal(ending)) {
        return { ...concluded(claimed, ending, circumstances(now)), attempt };
      }
      endings.push(ending);
      await insist(() => claims.end(claimed, attempt));
    }
    return concluded(claimed, mostTelling(endings) ?? noServer, circumstances(now));
  }

  /** A failure here must not lose the message's result. */
  async #note(
    { server }: Stop,
    known: Course['known'],
    { ending, pace }: { readonly ending: Ending; readonly pace: Pace },
  ): Promise<void> {
    const { troubles, log } = this.#parts;
    if (server === undefined) {
      return;
    }
    const before = known.get(server.id);
    try {
      if (isServersFault(ending)) {
        await troubles.failed(server, before, ending.outcome);
      } else if (isFinal(ending) && ending !== noContent) {
        await troubles.answered(server, before, pace.isSlow());
      }
    } catch (error) {
      log.error({ err: error }, 'could not record the result of an SMTP server');
    }
  }

  /** @throws {ClaimLostError} */
  async #through(stop: Stop, claimed: Claimed, onHandedOver: () => void): Promise<Ending> {
    let obstacle: unknown;
    const beforeEnd = async (): Promise<void> => {
      try {
        await this.#parts.claims.handOver(claimed);
        onHandedOver();
      } catch (error) {
        obstacle = error;
        throw error;
      }
    };
    try {
      const prepared = await stop.prepare();
      if (prepared === undefined) {
        return noContent;
      }
      const { endpoint, policy, message } = prepared;
      const times = { deadlineMs, answerMs, beforeEnd };
      const sent = await sendMessage(endpoint, policy, message, times);
      return obstacle === undefined ? endingOf(sent) : this.#hindered(obstacle);
    } catch (error) {
      return this.#hindered(error);
    }
  }

  #hindered(error: unknown): Ending {
    if (error instanceof ClaimLostError) {
      throw error;
    }
    this.#parts.log.error({ err: error }, 'could not send a message');
    return { kind: 'temporary', outcome: 'error', reply: undefined };
  }
}

interface Course {
  /** The servers' troubles, by server ID. */
  readonly known: ReadonlyMap<number, Trouble>;
  readonly onHandedOver: () => void;
}

function endingOf(sent: Sending): Ending {
  if (sent.kind === 'accepted') {
    return { kind: 'accepted', outcome: 'ok', reply: sent.reply, rejected: sent.rejected };
  }
  const { kind, outcome, reply, handedOver } = sent;
  return handedOver ? { kind: 'unknown', outcome: 'answer-lost', reply } : { kind, outcome, reply };
}

function circumstances(now: () => number): Circumstances {
  return { now: now(), chance: Math.random() };
}
