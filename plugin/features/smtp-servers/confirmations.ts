import { randomBytes } from 'node:crypto';
import { digest } from '../../secrets/digest.js';
import { EmailAddress } from '../../addresses/index.js';
import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { NotFoundError } from '../../errors.js';
import { automatic, linkOf } from '../../panel-mail/outgoing.js';
import { renderMail } from '../../panel-mail/render.js';
import type { AccountStore } from '../../panel/directory/account-store.js';
import type { Viewer } from '../../viewing/viewer.js';
import { waitedForMs } from '../../connecting/deadline.js';
import type { Failure } from '../../sending/outcomes.js';
import { sendMessage } from '../../sending/send-message.js';
import { type Locale, languageFor } from '../../web/locale.js';
import type { RateLimits } from '../../web/rate-limits.js';
import type { Settings } from '../settings/index.js';
import { connectionTo } from './connection.js';
import { senderOf } from './endpoint.js';
import type { LogoStore } from './logo-store.js';
import type { OutgoingConfig } from './policy.js';
import { confirmationMail } from './confirmation-mail.js';
import { findLink } from './confirmation-links.js';
import { ConfirmationMailing } from './confirmation-mailing.js';
import { ConfirmationRequest } from './confirmation-request.js';
import { ServerConfirmation } from './server-confirmation.js';
import type { SmtpServer } from './smtp-server.js';
import type { SmtpServerStore } from './store.js';
import { withSignature } from './with-signature.js';

export const confirmationHours = 24;
const lifetimeMs = confirmationHours * 60 * 60 * 1000;

const windowMs = 60 * 60 * 1000;
const perServer = { name: 'confirmation-server', most: 5, windowMs };
const perAccount = { name: 'confirmation-account', most: 30, windowMs };

/** An opened link, with what its page shows. */
export interface OpenedLink {
  readonly server: SmtpServer;
  readonly locale: Locale | undefined;
}

/** The result of mailing a link. */
export interface SentLink {
  readonly server: SmtpServer;
  readonly failure: Failure | undefined;
  /** The SMTP server's last reply, for people. */
  readonly reply: string | undefined;
}

export interface ConfirmationsParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly accounts: AccountStore;
  readonly store: SmtpServerStore;
  readonly logos: LogoStore;
  readonly settings: Settings;
  readonly limits: RateLimits;
  readonly outgoing: OutgoingConfig;
  /** The base of links, ending in a slash. */
  readonly publicUrl: string;
}

/** Proves that mail through a server arrives, by a link mailed through it to its own address. */
export class Confirmations {
  readonly request: ConfirmationRequest;
  readonly mailing: ConfirmationMailing;
  readonly confirmation: ServerConfirmation;

  readonly #parts: ConfirmationsParts;

  constructor(parts: ConfirmationsParts) {
    this.#parts = parts;
    this.request = new ConfirmationRequest(parts.store);
    this.mailing = new ConfirmationMailing(parts.store);
    this.confirmation = new ServerConfirmation(parts.store);
  }

  /**
   * Mails a new link, which invalidates earlier ones. The result becomes the server's confirmation.
   *
   * @param fallback the language, if the owner has chosen none.
   * @throws {NotFoundError}
   * @throws {TooManyRequestsError}
   */
  async send(viewer: Viewer, id: number, fallback: Locale): Promise<SentLink> {
    const { changes, limits } = this.#parts;
    const server = await this.#find(viewer, id);
    await limits.use(perServer, String(id));
    await limits.use(perAccount, String(server.ownerId));

    const token = randomBytes(24).toString('base64url');
    const link = { token_hash: digest(token), expires_at: Date.now() + lifetimeMs };
    await changes.carryOut(viewer, this.request, (tx) => this.request.read(tx, viewer, id), link);
    const sent = await this.#mail(server, token, fallback);
    const mailed = { ...link, server_id: id };
    await changes.attempt(
      viewer,
      this.mailing,
      (tx) => this.mailing.read(tx, viewer, mailed),
      sent.failure,
    );
    return { ...sent, server };
  }

  /** The server of a valid link. Opening it changes nothing: mail scanners open links too. */
  async open(token: string): Promise<OpenedLink | undefined> {
    const { db, store } = this.#parts;
    const link = await findLink(db.knex, token).first();
    const server = link && (await store.find({ kind: 'all' }, link.server_id));
    return server && { server, locale: await this.#localeOf(server) };
  }

  /**
   * Uses up the link, which works once.
   *
   * @param origin the client's IP address.
   * @returns undefined when it was used or has expired, or the server has changed since.
   */
  async confirm(token: string, origin: string): Promise<OpenedLink | undefined> {
    const opened = await this.open(token);
    if (opened === undefined) {
      return undefined;
    }
    const { id, address } = opened.server;
    const by = { actorId: undefined, actor: address, actingAs: undefined, origin };
    const server = await this.#parts.changes.attempt(
      by,
      this.confirmation,
      (tx) => this.confirmation.read(tx, { id, token }),
      undefined,
    );
    return server && { ...opened, server };
  }

  async #mail(
    server: SmtpServer,
    token: string,
    fallback: Locale,
  ): Promise<Omit<SentLink, 'server'>> {
    const { logos, publicUrl } = this.#parts;
    const language = languageFor((await this.#localeOf(server)) ?? fallback);
    const [{ endpoint, policy }, logo] = await Promise.all([
      connectionTo(server, this.#parts),
      logos.of(server.id),
    ]);
    const { title, address } = server;
    const { subject, ...message } = renderMail(
      confirmationMail,
      {
        fields: { title, count: confirmationHours },
        link: linkOf(publicUrl, `/confirmations/${token}`),
      },
      language,
    );
    const to = EmailAddress.parse(address);
    const sent = await sendMessage(
      endpoint,
      policy,
      {
        envelope: { from: to, to: [to] },
        content: {
          from: senderOf(server),
          to: [{ address: to }],
          subject,
          headers: automatic,
          ...withSignature(message, server, logo),
        },
      },
      { deadlineMs: waitedForMs },
    );
    const { reply } = sent;
    return sent.kind === 'accepted' || sent.handedOver
      ? { failure: undefined, reply }
      : { failure: sent.outcome, reply };
  }

  async #find(viewer: Viewer, id: number): Promise<SmtpServer> {
    const server = await this.#parts.store.find(viewer.scope, id);
    if (server === undefined) {
      throw new NotFoundError();
    }
    return server;
  }

  async #localeOf({ ownerId }: SmtpServer): Promise<Locale | undefined> {
    return (await this.#parts.accounts.find({ kind: 'all' }, ownerId))?.locale;
  }
}
