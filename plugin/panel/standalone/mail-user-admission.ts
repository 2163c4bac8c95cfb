import type { Knex } from 'knex';
import type { Changing } from '../../changes/changes.js';
import { type Agreed, type Decision, refused } from '../../changes/decision.js';
import type { Verb } from '../../changes/verb.js';
import { NotFoundError } from '../../errors.js';
import type { Actor } from '../../viewing/actor.js';
import type { AccountStore } from '../directory/account-store.js';
import type { Newcomer } from './mail-users.js';

interface Subject {
  readonly newcomer: Newcomer;
  readonly hasMailbox: boolean;
  /** Whether the mailbox already has an account. */
  readonly isAdmitted: boolean;
}

/** Creates the account of a mail user who signs in for the first time. */
export class MailUserAdmission implements Verb<Subject, undefined, Newcomer, void, Actor> {
  readonly #accounts: AccountStore;

  constructor(accounts: AccountStore) {
    this.#accounts = accounts;
  }

  /** Locks the mailbox (FOR UPDATE), so that of two sign-ins at once only one creates the account. */
  async read(tx: Knex.Transaction, newcomer: Newcomer): Promise<Subject> {
    const { mailboxId } = newcomer;
    const mailbox: unknown = await tx('mailboxes').where({ id: mailboxId }).forUpdate().first('id');
    const account: unknown = await tx('accounts').where({ mailbox_id: mailboxId }).first('id');
    return { newcomer, hasMailbox: mailbox !== undefined, isAdmitted: account !== undefined };
  }

  decide(_by: Actor, { newcomer, hasMailbox, isAdmitted }: Subject): Decision<Newcomer> {
    return hasMailbox
      ? { kind: isAdmitted ? 'already-so' : 'will-change', change: newcomer }
      : refused(new NotFoundError());
  }

  async write({ tx, record }: Changing, { kind, change }: Agreed<Newcomer>): Promise<void> {
    if (kind === 'already-so') {
      return;
    }
    const { account, mailboxId, domain } = change;
    const { login, name } = account;
    const fields = { role: 'mail-user', name, email: login } as const;
    await this.#accounts.insert(tx, { ...fields, login, mailboxId });
    await record({ action: 'account.created', subject: login, ...domain, after: fields });
  }
}
