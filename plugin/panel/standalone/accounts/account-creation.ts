import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refusedAt } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { AccountStore } from '../../directory/account-store.js';
import { type AccountFields, accountFields } from './account-fields.js';
import { about, auditFields } from './audit-fields.js';
import type { NewAccountForm } from './forms.js';
import { newPasswordRefusal } from './password.js';
import type { Placement } from './placements.js';

interface Wanted {
  readonly form: NewAccountForm;
  readonly passwordHash: string | undefined;
}

interface NewAccount {
  readonly login: string;
  readonly fields: AccountFields;
  readonly placement: Placement;
  readonly passwordHash: string | undefined;
}

/** Creates accounts with placements that the viewer may assign. */
export class AccountCreation implements Verb<Placement, Wanted, NewAccount, number> {
  readonly #store: AccountStore;

  constructor(store: AccountStore) {
    this.#store = store;
  }

  decide(
    _viewer: Viewer,
    placement: Placement,
    { form, passwordHash }: Wanted,
  ): Decision<NewAccount> {
    const { login, password } = form;
    const fields = accountFields(form, placement);
    return (
      refusedAt({ password: newPasswordRefusal(password, login) }) ?? {
        kind: 'will-change',
        change: { login, fields, placement, passwordHash },
      }
    );
  }

  /** @returns the account's id. */
  async write({ tx, record }: Changing, { change }: Agreed<NewAccount>): Promise<number> {
    const { login, fields, placement, passwordHash } = change;
    const id = await this.#store.insert(tx, { ...fields, login, passwordHash });
    await record({
      ...about({ id, login, ...fields }),
      action: 'account.created',
      after: auditFields(fields, placement),
    });
    return id;
  }
}
