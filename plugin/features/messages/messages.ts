import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { EmailAddress } from '../../addresses/index.js';
import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { InvalidInputError, NotFoundError } from '../../errors.js';
import type { AccountStore } from '../../panel/directory/account-store.js';
import type { Viewer } from '../../viewing/viewer.js';
import type { RateLimits } from '../../web/rate-limits.js';
import { type SmtpServer, type SmtpServerStore, listServices } from '../smtp-servers/index.js';
import { Acceptance } from './acceptance.js';
import { Cancelling } from './cancelling.js';
import { partsOf } from './contents.js';
import { recipientsOf } from './forms.js';
import { fingerprintOf } from './fingerprint.js';
import { KeyReusedError } from '../../web/idempotency.js';
import {
  type Attempt,
  type Message,
  type MessageStatus,
  type MessageText,
  type NewContent,
  retryForMs,
} from './message.js';
import type { MessageForm } from './message-form.js';
import { SendingAgain } from './sending-again.js';
import type { MessageStore, NewMessage } from './store.js';

export const requestsPerAccount = { name: 'message', most: 120, windowMs: 60_000 };

/** A message with its recipients and attempts. */
export interface MessagePage extends MessageStatus {
  readonly attempts: readonly Attempt[];
  readonly owner: { readonly login: string; readonly name: string } | undefined;
  readonly isOwn: boolean;
}

/** The messages that programs submit for the SMTP servers of their accounts. */
export class Messages {
  readonly acceptance: Acceptance;
  readonly cancelling: Cancelling;
  readonly sendingAgain: SendingAgain;

  readonly #parts: MessagesParts;

  constructor(parts: MessagesParts) {
    this.#parts = parts;
    this.acceptance = new Acceptance(parts);
    this.cancelling = new Cancelling(parts.now);
    this.sendingAgain = new SendingAgain(parts);
  }

  /** Counts one more request to queue a message, whatever its result. @throws {TooManyRequestsError} */
  async count({ accountId }: Viewer): Promise<void> {
    await this.#parts.limits.use(requestsPerAccount, String(accountId));
  }

  /** Counts further requests, up to the limit. */
  async charge({ accountId }: Viewer, requests: number): Promise<void> {
    await this.#parts.limits.charge(requestsPerAccount, String(accountId), requests);
  }

  /**
   * Refuses a message that no server can send, before its long texts are read. A message that is queued already under
   * its key is not checked.
   *
   * @throws {InvalidInputError}
   */
  async assertCanLeave(
    { accountId }: Viewer,
    { service }: Pick<MessageForm, 'service'>,
    key?: string,
  ): Promise<void> {
    const known = await this.#parts.store.findByKey(accountId, key);
    if (known === undefined) {
      await this.#serverFor(accountId, service);
    }
  }

  /**
   * Queues a message. The same message under the same key returns the queued one.
   *
   * @throws {InvalidInputError}
   * @throws {KeyReusedError} when the key was used for another message.
   * @throws {ForbiddenError} when it exceeds the account's plan.
   */
  async accept(viewer: Viewer, form: MessageForm, key?: string): Promise<MessageStatus> {
    const { changes, wake } = this.#parts;
    const ownerId = viewer.accountId;
    // Only needed with a key.
    const fingerprint = key === undefined ? '' : await fingerprintOf(form);
    const known = await this.#known(ownerId, key, fingerprint);
    if (known !== undefined) {
      return await this.page(viewer, known);
    }
    const wanted = { ...(await this.#written(ownerId, form)), idempotencyKey: key, fingerprint };
    const { id, queued } = await changes.carryOut(
      viewer,
      this.acceptance,
      (tx) => this.acceptance.read(tx, viewer, wanted),
      wanted,
    );
    if (queued === undefined) {
      return await this.page(viewer, id);
    }
    wake();
    return queued;
  }

  /** @throws {NotFoundError} */
  async page(viewer: Viewer, id: number): Promise<MessagePage> {
    const { store, accounts } = this.#parts;
    const message = required(await store.find(viewer.scope, id));
    const [recipients, attempts, owner] = await Promise.all([
      store.recipients(id),
      store.attempts(id),
      accounts.find(viewer.scope, message.ownerId),
    ]);
    return { message, recipients, attempts, owner, isOwn: isOwn(viewer, message) };
  }

  /** The content, for its owner only; undefined for others, and once it is deleted. @throws {NotFoundError} */
  async text(viewer: Viewer, id: number): Promise<MessageText | undefined> {
    const message = required(await this.#parts.store.find(viewer.scope, id));
    return isOwn(viewer, message) ? await this.#parts.store.text(id) : undefined;
  }

  /**
   * Cancels the message for the remaining recipients.
   *
   * @throws {NotFoundError}
   * @throws {ConflictError} unless it waits in the queue.
   */
  async cancel(viewer: Viewer, id: number): Promise<Message> {
    return await this.#parts.changes.carryOut(
      viewer,
      this.cancelling,
      (tx) => this.#held(tx, viewer, id),
      undefined,
    );
  }

  /**
   * Queues the message again for recipients that are not known to have it.
   *
   * @throws {NotFoundError}
   * @throws {ConflictError} when it is being sent, has arrived, or its content is deleted.
   */
  async sendAgain(viewer: Viewer, id: number): Promise<Message> {
    const sent = await this.#parts.changes.carryOut(
      viewer,
      this.sendingAgain,
      (tx) => this.#held(tx, viewer, id),
      undefined,
    );
    this.#parts.wake();
    return sent;
  }

  async #held(tx: Knex.Transaction, viewer: Viewer, id: number): Promise<Message> {
    return required(await this.#parts.store.held(tx, viewer.scope, id));
  }

  /** The message under a key, if there is one. @throws {KeyReusedError} */
  async #known(
    ownerId: number,
    key: string | undefined,
    fingerprint: string,
  ): Promise<number | undefined> {
    const found = await this.#parts.store.findByKey(ownerId, key);
    if (found !== undefined && found.fingerprint !== fingerprint) {
      throw new KeyReusedError();
    }
    return found?.message.id;
  }

  async #written(
    ownerId: number,
    form: MessageForm,
  ): Promise<Omit<NewMessage, 'ownerId' | 'resellerId' | 'idempotencyKey' | 'fingerprint'>> {
    const server = await this.#serverFor(ownerId, form.service);
    const { domain } = EmailAddress.parse(server.address);
    const createdAt = this.#parts.now();
    return {
      service: form.service,
      subject: form.subject,
      messageId: `${randomUUID()}@${domain.ascii}`,
      recipients: recipientsOf(form),
      createdAt,
      expiresAt: createdAt + retryForMs,
      parts: partsOf(contentOf(form)),
    };
  }

  /** @throws {InvalidInputError} at the field of the service. */
  async #serverFor(ownerId: number, service: string): Promise<SmtpServer> {
    const { db, servers } = this.#parts;
    const services = await listServices(db);
    if (!services.some(({ key }) => key === service)) {
      const known = services.map(({ key }) => key).join(', ');
      throw new InvalidInputError({
        service: { key: 'messages.errors.no-service', args: { services: known } },
      });
    }
    const [server] = await servers.confirmedOf(ownerId, service);
    if (server === undefined) {
      throw new InvalidInputError({ service: { key: 'messages.errors.no-server' } });
    }
    return server;
  }
}

interface MessagesParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly store: MessageStore;
  readonly servers: SmtpServerStore;
  readonly accounts: AccountStore;
  readonly limits: RateLimits;
  readonly now: () => number;
  /** Called when there is a message to send. */
  readonly wake: () => void;
}

function isOwn({ accountId }: Viewer, { ownerId }: Message): boolean {
  return accountId === ownerId;
}

function contentOf({ text, html, replyTo, attachments = [] }: MessageForm): NewContent {
  return { text, html, replyTo: replyTo?.toString(), attachments };
}

function required<T>(found: T | undefined): T {
  if (found === undefined) {
    throw new NotFoundError();
  }
  return found;
}
