import type { Knex } from 'knex';
import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Account } from '../../directory/account.js';
import type { AccountStore, Belongings } from '../../directory/account-store.js';
import { about } from './audit-fields.js';
import { belongingsRefusal } from './belongings.js';
import { holdManageable, isLastAdministrator, lastAdministrator } from './manageable.js';

interface Subject {
  readonly account: Account;
  readonly isLast: boolean;
  readonly belongings: Belongings;
}

/** Removes accounts that own nothing. */
export class AccountRemoval implements Verb<Subject, undefined, Account, void> {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  /** @throws {NotFoundError} @throws {ForbiddenError} */
  async read(tx: Knex.Transaction, viewer: Viewer, id: number): Promise<Subject> {
    const account = await holdManageable(this.#store, tx, viewer, id);
    return {
      account,
      isLast: await isLastAdministrator(this.#store, tx, account),
      belongings: await this.#store.belongings(id, tx),
    };
  }

  decide(_viewer: Viewer, { account, isLast, belongings }: Subject): Decision<Account> {
    const refusal = isLast ? lastAdministrator() : belongingsRefusal(belongings);
    return refusal === undefined ? willChange(account) : refused(refusal);
  }

  async write({ tx, record }: Changing, { change: account }: Agreed<Account>): Promise<void> {
    await this.#store.remove(tx, account.id);
    await record({ ...about(account), action: 'account.removed' });
  }
}
