import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { EmailAddress } from '../../addresses/index.js';
import type { Database } from '../../database/database.js';
import { storageUnavailable } from '../../database/failures.js';
import { mutedKinds } from '../../panel-mail/muted.js';
import type { PanelMail } from '../../panel-mail/panel-mail.js';
import type { StoredMail } from '../../panel-mail/store.js';
import type { MailReader, Panel } from '../../panel/panel.js';
import type { Locale } from '../../viewing/locale.js';
import type { Logger } from '../../web/log.js';
import type { Carrier, Carriers } from '../panel-mail/index.js';
import { panelService, retryForMs } from './message.js';
import type { PanelRoute } from './panel-route.js';
import type { MessageStore } from './store.js';
import { countMessage } from './usage.js';

const atOnce = 50;
const pauseMs = 10 * 60 * 1000;

interface PanelMailsParts {
  readonly db: Database;
  readonly store: MessageStore;
  readonly panel: Pick<Panel, 'readerOf'>;
  readonly panelMail: PanelMail;
  readonly carriers: Carriers;
  readonly route: PanelRoute;
  readonly log: Logger;
  readonly now: () => number;
}

/** Where a mail goes. */
interface Destination {
  readonly address: EmailAddress;
  readonly locale: Locale;
}

/** Takes the queued mails of the panel into the outbox. */
export class PanelMails {
  readonly #parts: PanelMailsParts;
  /** Until when mails that could not be taken over are left alone. */
  readonly #pauses = new Map<number, number>();

  constructor(parts: PanelMailsParts) {
    this.#parts = parts;
  }

  /** Several processes may do this at once; each mail becomes one message. Without a server, mails wait. */
  async takeOver(): Promise<void> {
    const { db, panelMail, carriers } = this.#parts;
    let last = 0;
    for (;;) {
      const waiting = await panelMail.store.waiting(db.knex, { after: last, most: atOnce });
      const carrier = waiting.length === 0 ? undefined : await carriers.current();
      if (carrier === undefined) {
        return;
      }
      for (const id of waiting) {
        await this.#tryToTake(id, carrier);
        last = id;
      }
    }
  }

  /** One that cannot be taken over, as when its panel does not answer, does not hold up the others. */
  async #tryToTake(id: number, carrier: Carrier): Promise<void> {
    const { db, log, now } = this.#parts;
    if (now() < (this.#pauses.get(id) ?? 0)) {
      return;
    }
    try {
      const reader = await this.#readerOf(id);
      await db.transaction((tx) => this.#take(tx, id, { reader, carrier }));
      this.#pauses.delete(id);
    } catch (error) {
      if (storageUnavailable(error) !== undefined) {
        throw error;
      }
      this.#pauses.set(id, now() + pauseMs);
      log.error({ err: error, mail: id }, 'could not take a mail of the panel over');
    }
  }

  /** A panel may ask the database, which a transaction may have to itself. */
  async #readerOf(id: number): Promise<MailReader | undefined> {
    const { db, panel, panelMail } = this.#parts;
    const accountId = await panelMail.store.accountOf(db.knex, id);
    return accountId === undefined ? undefined : await panel.readerOf(accountId);
  }

  async #take(
    tx: Knex.Transaction,
    id: number,
    { reader, carrier }: { readonly reader: MailReader | undefined; readonly carrier: Carrier },
  ): Promise<void> {
    const { store } = this.#parts.panelMail;
    const mail = await store.held(tx, id);
    if (mail === undefined) {
      return;
    }
    const to = destinationOf(mail, reader);
    if (to === undefined || (await isMuted(tx, mail))) {
      await store.remove(tx, id);
      return;
    }
    const messageId = await this.#insert(tx, { ...mail, locale: to.locale }, { to, carrier });
    if (messageId !== undefined) {
      await store.handOver(tx, id, { messageId, locale: to.locale });
    }
  }

  async #insert(
    tx: Knex.Transaction,
    mail: StoredMail,
    { to, carrier }: { readonly to: Destination; readonly carrier: Carrier },
  ): Promise<number | undefined> {
    const { store, route, now } = this.#parts;
    const rendered = route.rendered(mail);
    if (rendered === undefined) {
      return undefined;
    }
    const createdAt = now();
    const queued = await store.insert(tx, {
      ownerId: carrier.ownerId,
      resellerId: undefined,
      service: panelService,
      subject: rendered.subject,
      messageId: `${randomUUID()}@${carrier.from.address.domain.ascii}`,
      recipients: [{ address: to.address.toString(), field: 'to' }],
      idempotencyKey: undefined,
      fingerprint: '',
      createdAt,
      expiresAt: createdAt + retryForMs,
      // What it says stays encrypted, beside the mail.
      parts: [],
    });
    await countMessage(tx, carrier.ownerId, 0);
    return queued.message.id;
  }
}

/** Undefined for an account that receives no mail. */
function destinationOf(mail: StoredMail, reader: MailReader | undefined): Destination | undefined {
  const address = addressIn((mail.accountId === undefined ? mail.address : reader?.address) ?? '');
  return address && { address, locale: reader?.locale ?? mail.locale ?? 'en' };
}

/** Undefined if a panel names something else. */
function addressIn(text: string): EmailAddress | undefined {
  try {
    return EmailAddress.parse(text);
  } catch {
    return undefined;
  }
}

async function isMuted(tx: Knex, { accountId, kind }: StoredMail): Promise<boolean> {
  return accountId !== undefined && (await mutedKinds(tx, accountId)).has(kind);
}
