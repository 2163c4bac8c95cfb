import type { Knex } from 'knex';
import { EmailAddress } from '../../addresses/index.js';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { ConflictError, InvalidInputError } from '../../errors.js';
import type { PanelMail } from '../../panel-mail/panel-mail.js';
import { digest } from '../../secrets/digest.js';
import type { Locale } from '../../viewing/locale.js';
import type { Viewer } from '../../viewing/viewer.js';
import { lifetimeMs, testMessage, testMessagesIn } from './test-message.js';

interface Wanted {
  readonly token: string;
  readonly locale: Locale;
}

interface Change extends Wanted {
  readonly address: string;
}

/** Queues a test message to a mailbox of the installation. */
export class TestMessageSending implements Verb<string | undefined, Wanted, Change, void> {
  readonly #panelMail: PanelMail;

  constructor(panelMail: PanelMail) {
    this.#panelMail = panelMail;
  }

  /** The mailbox of this address, if there is one that receives mail. */
  async read(tx: Knex.Transaction, address: EmailAddress): Promise<string | undefined> {
    const found: { address: string } | undefined = await tx('mailboxes')
      .where({ address: address.toString(), suspended: 0 })
      .first('address');
    return found?.address;
  }

  decide(_viewer: Viewer, address: string | undefined, wanted: Wanted): Decision<Change> {
    return address === undefined
      ? refused(new InvalidInputError({ address: { key: 'overview.errors.no-mailbox' } }))
      : willChange({ ...wanted, address });
  }

  /** @throws {ConflictError} when no server is chosen for the panel's own mails. */
  async write(changing: Changing, { change }: Agreed<Change>): Promise<void> {
    const { address, token, locale } = change;
    await testMessagesIn(changing.tx).insert({
      token_hash: digest(token),
      address,
      expires_at: Date.now() + lifetimeMs,
    });
    const isQueued = await this.#panelMail.queue(changing, {
      kind: testMessage,
      fields: { address },
      path: `/arrivals/${token}`,
      address: EmailAddress.parse(address),
      locale,
    });
    if (!isQueued) {
      throw new ConflictError('overview.errors.no-way');
    }
    await changing.record({ action: 'test-message.sent', subject: address });
  }
}
