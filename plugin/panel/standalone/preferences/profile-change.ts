import { type ChangedFields, changedFields, isChange } from '../../../changes/changed-fields.js';
import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refused } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import { ConflictError } from '../../../errors.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Account } from '../../directory/account.js';
import type { AccountStore } from '../../directory/account-store.js';
import type { DomainStore } from '../../directory/domain-store.js';
import type { PanelEvents } from '../../panel.js';
import { about } from '../accounts/audit-fields.js';
import { endLinks } from '../sign-in-links.js';
import type { ProfileForm } from './forms.js';
import { profileRefusal } from './own-profile.js';

interface Change {
  readonly before: Account;
  readonly after: Account;
  readonly changed: ChangedFields;
  /** The version that is replaced. */
  readonly version: number;
}

interface ProfileChangeParts {
  readonly accounts: AccountStore;
  readonly domains: DomainStore;
  readonly events: PanelEvents;
}

/** Changes the name and the address of an account by its own user. */
export class ProfileChange implements Verb<Account, ProfileForm, Change, void> {
  readonly #parts: ProfileChangeParts;

  constructor(parts: ProfileChangeParts) {
    this.#parts = parts;
  }

  decide(viewer: Viewer, before: Account, { name, email, version }: ProfileForm): Decision<Change> {
    const refusal = profileRefusal(viewer);
    if (refusal !== undefined) {
      return refused(refusal);
    }
    const after = { ...before, name, email: email.toString() };
    const changed = changedFields(profileOf(before), profileOf(after));
    return {
      kind: isChange(changed) ? 'will-change' : 'already-so',
      change: { before, after, changed, version },
    };
  }

  /** @throws {ConflictError} when somebody has changed the account since the version. */
  async write(changing: Changing, { kind, change }: Agreed<Change>): Promise<void> {
    const { before, after, changed, version } = change;
    const { tx, record } = changing;
    const { id, login } = before;
    const next = version + Number(kind === 'will-change');
    if (!(await this.#parts.accounts.replace(tx, { ...before, version, next }, after))) {
      throw new ConflictError('accounts.errors.changed-meanwhile', { login });
    }
    if (kind === 'will-change') {
      await record({ ...about(before), action: 'account.changed', ...changed });
    }
    if (after.name !== before.name) {
      await this.#parts.domains.renameOwner(tx, id, before.name, after.name);
    }
    if (after.email !== before.email) {
      await endLinks(tx, id);
      await this.#parts.events.emit({ kind: 'account-address-changed', accountId: id }, changing);
    }
  }
}

function profileOf({ name, email }: Account): Readonly<Record<'name' | 'email', string>> {
  return { name, email };
}
