import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refusedAt, willChange } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import type { Locale } from '../../../viewing/locale.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { AccountStore } from '../../directory/account-store.js';
import type { Invitation } from '../access/invitation.js';
import { type AccountFields, accountFields } from './account-fields.js';
import { about, auditFields } from './audit-fields.js';
import type { NewAccountForm } from './forms.js';
import { newPasswordRefusal } from './password.js';
import type { Placement, WantedPlacement } from './placements.js';

interface Wanted {
  readonly form: NewAccountForm;
  readonly passwordHash: string | undefined;
}

interface NewAccount {
  readonly login: string;
  readonly fields: AccountFields;
  readonly placement: Placement;
  readonly passwordHash: string | undefined;
  /** The language of an invitation by mail, if the account has none. */
  readonly invitedIn: { readonly locale: Locale | undefined } | undefined;
}

interface AccountCreationParts {
  readonly store: AccountStore;
  readonly invitation: Invitation;
}

/** Creates accounts with placements that the viewer may assign, and invites their owners by mail if asked to. */
export class AccountCreation implements Verb<WantedPlacement, Wanted, NewAccount, number> {
  readonly #parts: AccountCreationParts;

  constructor(parts: AccountCreationParts) {
    this.#parts = parts;
  }

  decide(
    viewer: Viewer,
    placement: WantedPlacement,
    { form, passwordHash }: Wanted,
  ): Decision<NewAccount> {
    const { login, password, access } = form;
    const fields = accountFields(form, placement);
    return (
      refusedAt({ ...placement.refusals, password: newPasswordRefusal(password, login) }) ??
      willChange({
        login,
        fields,
        placement,
        passwordHash,
        invitedIn: access === 'invitation' ? { locale: viewer.locale } : undefined,
      })
    );
  }

  /** @returns the account's id. */
  async write(changing: Changing, { change }: Agreed<NewAccount>): Promise<number> {
    const { tx, record } = changing;
    const { login, fields, placement, passwordHash, invitedIn } = change;
    const id = await this.#parts.store.insert(tx, { ...fields, login, passwordHash });
    await record({
      ...about({ id, login, ...fields }),
      action: 'account.created',
      after: auditFields(fields, placement),
    });
    if (invitedIn !== undefined) {
      await this.#parts.invitation.write(
        changing,
        willChange({ account: { id, login, ...fields }, way: 'mail', ...invitedIn }),
      );
    }
    return id;
  }
}
