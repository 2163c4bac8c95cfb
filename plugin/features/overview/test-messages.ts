import { randomBytes } from 'node:crypto';
import type { EmailAddress } from '../../addresses/index.js';
import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import type { PanelMail } from '../../panel-mail/panel-mail.js';
import type { Locale } from '../../viewing/locale.js';
import type { Viewer } from '../../viewing/viewer.js';
import { Arrival } from './arrival.js';
import { findTestMessage } from './test-message.js';
import { TestMessageSending } from './test-message-sending.js';

interface Parts {
  readonly db: Database;
  readonly changes: Changes;
  readonly panelMail: PanelMail;
}

/**
 * Proves that mail arrives. The panel cannot look into mailboxes, so the message has a link that its reader follows.
 */
export class TestMessages {
  readonly sending: TestMessageSending;
  readonly arrival = new Arrival();
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.sending = new TestMessageSending(parts.panelMail);
  }

  /** Whether a message can be sent, and the mailbox to suggest. */
  async page(): Promise<{ readonly canSend: boolean; readonly address: string }> {
    const { db, panelMail } = this.#parts;
    const first: { address: string } | undefined = await db
      .knex('mailboxes')
      .where({ suspended: 0 })
      .orderBy('id')
      .first('address');
    return { canSend: await panelMail.canSend(), address: first?.address ?? '' };
  }

  /**
   * @throws {InvalidInputError} when there is no such mailbox.
   * @throws {ConflictError} when no server is chosen for the panel's own mails.
   */
  async send(viewer: Viewer, address: EmailAddress, locale: Locale): Promise<void> {
    const wanted = { token: randomBytes(24).toString('base64url'), locale };
    const { changes } = this.#parts;
    await changes.carryOut(viewer, this.sending, (tx) => this.sending.read(tx, address), wanted);
  }

  /** The mailbox of a link that works. Opening it changes nothing: mail scanners open links too. */
  async open(token: string): Promise<string | undefined> {
    return (await findTestMessage(this.#parts.db.knex, token).first())?.address;
  }

  /** @returns the mailbox, or undefined if the link no longer works. */
  async arrived(token: string, origin: string): Promise<string | undefined> {
    const address = await this.open(token);
    if (address === undefined) {
      return undefined;
    }
    const by = { actorId: undefined, actor: address, actingAs: undefined, origin };
    const read = this.arrival.read.bind(this.arrival);
    await this.#parts.changes.attempt(by, this.arrival, (tx) => read(tx, token), undefined);
    return address;
  }
}
