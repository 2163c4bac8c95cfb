import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { isDuplicate } from '../../database/failures.js';
import type { AccountStore, KnownAccount } from '../directory/account-store.js';

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
  readonly #parts: MailUsersParts;

  constructor(parts: MailUsersParts) {
    this.#parts = parts;
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

  /** Creates the account. @param origin the client's IP address, or `cli`. */
  async admit(newcomer: Newcomer, origin: string): Promise<KnownAccount | undefined> {
    const { account, mailboxId, domain } = newcomer;
    const fields = { role: 'mail-user', name: account.name, email: account.login } as const;
    const by = { actorId: undefined, actor: account.login, actingAs: undefined, origin };
    try {
      await this.#parts.changes.make(by, async ({ tx, record }) => {
        await this.#parts.accounts.insert(tx, { ...fields, login: account.login, mailboxId });
        await record({
          action: 'account.created',
          subject: account.login,
          ...domain,
          after: fields,
        });
      });
    } catch (error) {
      if (!isDuplicate(error)) {
        throw error;
      }
    }
    return await this.#parts.accounts.knownByLogin(account.login);
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
