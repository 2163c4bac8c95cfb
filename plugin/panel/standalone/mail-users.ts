import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { isDuplicate } from '../../database/failures.js';
import type { AccountStore, KnownAccount } from '../directory/account-store.js';
import { MailUserAdmission } from './mail-user-admission.js';

/** A mailbox whose user has not signed in yet. */
export interface Newcomer extends Pick<KnownAccount, 'barred' | 'domain'> {
  readonly mailboxId: number;
  readonly account: { readonly login: string; readonly name: string };
  readonly passwordHash: string;
}

interface NewcomerRow {
  readonly id: number;
  readonly address: string;
  readonly display_name: string;
  readonly password_hash: string;
  readonly suspended: number;
  readonly domain_suspended: number;
  readonly owner_id: number;
  readonly reseller_id: number | null;
}

interface MailUsersParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly accounts: AccountStore;
}

/** Creates a mail user's account at the first sign-in. */
export class MailUsers {
  readonly admission: MailUserAdmission;

  readonly #parts: MailUsersParts;

  constructor(parts: MailUsersParts) {
    this.#parts = parts;
    this.admission = new MailUserAdmission(parts.accounts);
  }

  /** @param address in ASCII. */
  async newcomer(address: string): Promise<Newcomer | undefined> {
    const row: NewcomerRow | undefined = await this.#parts.db
      .knex('mailboxes as m')
      .join('domains as d', 'd.id', 'm.domain_id')
      .where('m.address', address)
      .select('m.id', 'm.address', 'm.display_name', 'm.password_hash', 'm.suspended')
      .select('d.suspended as domain_suspended', 'd.owner_id', 'd.reseller_id')
      .first();
    return row && newcomerFrom(row);
  }

  /**
   * The account of a newcomer, created now unless there is one; undefined when the mailbox has been removed, or its
   * address has become another account's login.
   *
   * @param origin the client's IP address, or `cli`.
   */
  async admit(newcomer: Newcomer, origin: string): Promise<KnownAccount | undefined> {
    const { login } = newcomer.account;
    const by = { actorId: undefined, actor: login, actingAs: undefined, origin };
    try {
      await this.#parts.changes.attempt(
        by,
        this.admission,
        (tx) => this.admission.read(tx, newcomer),
        undefined,
      );
    } catch (error) {
      if (!isDuplicate(error)) {
        throw error;
      }
    }
    const known = await this.#parts.accounts.knownByLogin(login);
    return known?.account.mailboxId === newcomer.mailboxId ? known : undefined;
  }
}

function newcomerFrom(row: NewcomerRow): Newcomer {
  return {
    mailboxId: row.id,
    account: { login: row.address, name: row.display_name || row.address },
    passwordHash: row.password_hash,
    barred: row.suspended === 1 || row.domain_suspended === 1,
    domain: { ownerId: row.owner_id, resellerId: row.reseller_id ?? undefined },
  };
}
