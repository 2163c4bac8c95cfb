import type { Knex } from 'knex';
import type { EmailAddress } from '../addresses/index.js';
import type { Changing } from '../changes/changes.js';
import type { Database } from '../database/database.js';
import type { ErrorArgs } from '../errors.js';
import type { Secrets } from '../secrets/secrets.js';
import type { Locale } from '../viewing/locale.js';
import type { MailKind } from './kind.js';
import { PanelMailStore } from './store.js';
import { usableWay } from './way.js';

/** How long a mail may wait for the outbox and its retries. */
export const keptMs = 9 * 24 * 60 * 60 * 1000;

interface MailToQueue {
  readonly kind: MailKind;
  readonly fields: ErrorArgs;
  /** The path of the button's link, below where the panel is mounted, such as `/jobs/12`. */
  readonly path: string;
}

/** A mail to an account: its panel says the address and the language. */
export interface MailToAccount extends MailToQueue {
  readonly accountId: number;
  /** The language, if the account has chosen none. */
  readonly locale?: Locale | undefined;
  /** Sends the account no other mail of the kind for this long. */
  readonly pauseMs?: number;
}

/** A mail to somebody who has no account yet, or not with this address. */
export interface MailToAddress extends MailToQueue {
  readonly address: EmailAddress;
  readonly locale: Locale;
}

interface PanelMailParts {
  readonly db: Database;
  readonly secrets: Secrets;
  readonly kinds: ReadonlyMap<string, MailKind>;
}

/** The mails of the panel itself. They are part of the change that causes them: sent after its commit, or never. */
export class PanelMail {
  readonly kinds: ReadonlyMap<string, MailKind>;
  readonly store: PanelMailStore;
  readonly #db: Database;

  constructor({ db, secrets, kinds }: PanelMailParts) {
    this.#db = db;
    this.kinds = kinds;
    this.store = new PanelMailStore(secrets);
  }

  /** Whether mails are sent. Otherwise pages show links to be handed over. Not in a transaction. */
  async canSend(): Promise<boolean> {
    return (await usableWay(this.#db.knex)) !== undefined;
  }

  /**
   * Queues a mail in the transaction of a change.
   *
   * @returns whether it will be sent; false if no server is chosen, or the account does not exist. A reader may still
   * have switched the kind off.
   */
  async queue({ tx }: Pick<Changing, 'tx'>, mail: MailToAccount | MailToAddress): Promise<boolean> {
    const { kind, fields, path, locale } = mail;
    if (this.kinds.get(kind.key) !== kind) {
      throw new Error(`The kind of mail ${kind.key} is not registered.`);
    }
    const isWanted = (await usableWay(tx)) !== undefined;
    if (!isWanted || ('accountId' in mail && !(await this.#mayTell(tx, mail)))) {
      return false;
    }
    const to =
      'accountId' in mail
        ? { accountId: mail.accountId, address: undefined }
        : { accountId: undefined, address: mail.address.toString() };
    const stored = { kind: kind.key, fields, path, locale, ...to };
    await this.store.insert(tx, stored, Date.now() + keptMs);
    return true;
  }

  /** Locks the account (FOR UPDATE) if the mail has a pause, so that only one of several is queued. */
  async #mayTell(
    tx: Knex.Transaction,
    { kind, accountId, pauseMs }: MailToAccount,
  ): Promise<boolean> {
    const account = tx('accounts').where({ id: accountId });
    const held = await (pauseMs === undefined ? account : account.forUpdate()).first('id');
    if (held === undefined || pauseMs === undefined) {
      return held !== undefined;
    }
    const since = Date.now() + keptMs - pauseMs;
    return !(await this.store.hasSince(tx, { kind: kind.key, accountId, expiringAfter: since }));
  }
}
