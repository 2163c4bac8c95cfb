import { EmailAddress } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import type { OutgoingMessage, Party } from '../../sending/outgoing-message.js';
import { plainTextOf } from '../../sending/plain-text.js';
import { type Sending, sendMessage } from '../../sending/send-message.js';
import type { Logger } from '../../web/log.js';
import type { Settings } from '../settings/index.js';
import {
  type LogoStore,
  type OutgoingConfig,
  type ServerTroubles,
  type SmtpServer,
  type SmtpServerStore,
  type Trouble,
  endpointOf,
  senderOf,
  smtpPolicy,
  withSignature,
} from '../smtp-servers/index.js';
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
import type { MessageContent, RecipientField } from './message.js';
import { Pace } from './pace.js';
import type { MessageStore } from './store.js';

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
  readonly db: Database;
  readonly store: MessageStore;
  readonly claims: Claims;
  readonly servers: SmtpServerStore;
  readonly troubles: ServerTroubles;
  readonly logos: LogoStore;
  readonly settings: Settings;
  readonly outgoing: OutgoingConfig;
  readonly log: Logger;
  readonly now: () => number;
  readonly insist: Insist;
}

/** Sends claimed messages through the SMTP servers of their accounts. */
export class Delivery {
  readonly #parts: DeliveryParts;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /**
   * Tries the account's servers in turn, the next one only if the last could not be used. Skips servers with a pause,
   * except at a message's last attempt.
   *
   * @param onHandedOver runs when a server may have the message and only its answer is pending.
   * @returns the result to store.
   * @throws {ClaimLostError}
   */
  async deliver(claimed: Claimed, onHandedOver: () => void): Promise<Conclusion | Postponed> {
    const { servers, troubles, now } = this.#parts;
    const suitable = await servers.confirmedOf(claimed.ownerId, claimed.service);
    const known = await troubles.of(claimed.ownerId);
    const usable = suitable.filter(
      ({ id }) => (known.get(id)?.pausedUntil ?? 0) <= now() || now() >= claimed.expiresAt,
    );
    if (usable.length === 0 && suitable.length > 0) {
      const ends = suitable.map(({ id }) => known.get(id)?.pausedUntil ?? 0);
      return { postponedUntil: Math.min(...ends) };
    }
    return await this.#throughOneOf(usable, claimed, { known, onHandedOver });
  }

  async #throughOneOf(
    usable: readonly SmtpServer[],
    claimed: Claimed,
    { known, onHandedOver }: Course,
  ): Promise<Conclusion> {
    const { claims, insist, now } = this.#parts;
    const endings: Ending[] = [];
    for (const server of usable) {
      const id = await claims.begin(claimed, {
        id: server.id,
        label: `${server.title} (${server.host})`,
      });
      const pace = new Pace(now);
      const ending = await this.#through(server, claimed, () => {
        pace.handedOver();
        onHandedOver();
      });
      await this.#note(server, known.get(server.id), { ending, pace });
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
    server: SmtpServer,
    before: Trouble | undefined,
    { ending, pace }: { readonly ending: Ending; readonly pace: Pace },
  ): Promise<void> {
    const { troubles, log } = this.#parts;
    try {
      if (isServersFault(ending)) {
        await troubles.failed(server, before, ending.outcome);
      } else if (isFinal(ending) && ending !== noContent) {
        await troubles.answered(server, before, pace.isSlow());
      }
    } catch (error) {
      log.error({ err: error }, 'noting how an SMTP server does');
    }
  }

  /** @throws {ClaimLostError} */
  async #through(server: SmtpServer, claimed: Claimed, onHandedOver: () => void): Promise<Ending> {
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
      const content = await this.#parts.store.content(claimed.id);
      if (content === undefined) {
        return noContent;
      }
      const message = await this.#written(server, claimed, content);
      const sent = await this.#send(server, message, beforeEnd);
      return obstacle === undefined ? endingOf(sent) : this.#hindered(obstacle);
    } catch (error) {
      return this.#hindered(error);
    }
  }

  #hindered(error: unknown): Ending {
    if (error instanceof ClaimLostError) {
      throw error;
    }
    this.#parts.log.error({ err: error }, 'sending a message');
    return { kind: 'temporary', outcome: 'error', reply: undefined };
  }

  async #send(
    server: SmtpServer,
    message: OutgoingMessage,
    beforeEnd: () => Promise<void>,
  ): Promise<Sending> {
    const { db, servers, settings, outgoing } = this.#parts;
    const secret = await servers.secretOf(db.knex, server.id);
    const policy = await smtpPolicy(settings, outgoing);
    return await sendMessage(endpointOf(server, secret), policy, message, {
      deadlineMs,
      answerMs,
      beforeEnd,
    });
  }

  async #written(
    server: SmtpServer,
    claimed: Claimed,
    { text, html, replyTo, attachments }: MessageContent,
  ): Promise<OutgoingMessage> {
    const plain = text ?? plainTextOf(html ?? '');
    const signed = withSignature(
      { text: plain, html },
      server,
      await this.#parts.logos.of(server.id),
    );
    const from = senderOf(server);
    return {
      envelope: { from: from.address, to: claimed.waiting.map((each) => EmailAddress.parse(each)) },
      content: {
        from,
        to: partiesOf(claimed, 'to'),
        cc: partiesOf(claimed, 'cc'),
        ...(replyTo !== undefined && { replyTo: { address: EmailAddress.parse(replyTo) } }),
        subject: claimed.subject,
        text: signed.text,
        html: signed.html,
        headers: {
          'Message-ID': `<${claimed.messageId}>`,
          Date: new Date(claimed.createdAt).toUTCString().replace('GMT', '+0000'),
        },
        attachments: [
          ...signed.attachments,
          ...attachments.map(({ contentId, ...each }) => ({
            ...each,
            ...(contentId !== undefined && { cid: contentId }),
          })),
        ],
      },
    };
  }
}

interface Course {
  /** The servers' troubles, by server ID. */
  readonly known: ReadonlyMap<number, Trouble>;
  readonly onHandedOver: () => void;
}

function partiesOf({ recipients }: Claimed, field: RecipientField): readonly Party[] {
  return recipients
    .filter((each) => each.field === field)
    .map(({ address }) => ({ address: EmailAddress.parse(address) }));
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
