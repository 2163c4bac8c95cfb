import type { Knex } from 'knex';
import type { Changing } from '../../../changes/changes.js';
import {
  type Agreed,
  type Decision,
  refused,
  refusedAt,
  willChange,
} from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import { NotFoundError } from '../../../errors.js';
import type { Actor } from '../../../viewing/actor.js';
import { endSessions } from '../../../web/end-sessions.js';
import type { Account } from '../../directory/account.js';
import type { AccountStore } from '../../directory/account-store.js';
import { about } from '../accounts/audit-fields.js';
import { passwordRefusal } from '../accounts/password.js';
import { linkOf, passwordPurposes } from '../sign-in-links.js';

interface Subject {
  readonly owner: { readonly account: Account; readonly barred: boolean } | undefined;
  /** Whether the link can still be used. */
  readonly isGood: boolean;
}

interface Wanted {
  readonly password: string;
  readonly passwordHash: string;
}

interface Change {
  readonly account: Account;
  readonly passwordHash: string;
}

/** Chooses a password with a one-time link, which ends all links and sessions of the account. */
export class PasswordChoice implements Verb<Subject, Wanted, Change, Account, Actor> {
  readonly #accounts: AccountStore;

  constructor(accounts: AccountStore) {
    this.#accounts = accounts;
  }

  /** Locks the account first, as everything does that ends its links, and then looks whether the link is still there. */
  async read(tx: Knex.Transaction, login: string, token: string): Promise<Subject> {
    const owner = await this.#accounts.holdOwner(tx, { kind: 'all' }, login);
    const link = await linkOf(tx, token, passwordPurposes).forUpdate().first();
    return { owner, isGood: link !== undefined && link.account_id === owner?.account.id };
  }

  decide(_by: Actor, { owner, isGood }: Subject, wanted: Wanted): Decision<Change> {
    if (owner === undefined || owner.barred || !isGood) {
      return refused(new NotFoundError());
    }
    const { account } = owner;
    const { password, passwordHash } = wanted;
    return (
      refusedAt({ password: passwordRefusal(password, account.login) }) ??
      willChange({ account, passwordHash })
    );
  }

  async write({ tx, record }: Changing, { change }: Agreed<Change>): Promise<Account> {
    const { account, passwordHash } = change;
    await this.#accounts.setPassword(tx, account.id, passwordHash);
    await endSessions(tx, account.id);
    await record({ ...about(account), action: 'account.password-changed' });
    return account;
  }
}
