import type { Changing } from '../../../changes/changes.js';
import {
  type Agreed,
  type Decision,
  refused,
  refusedAt,
  willChange,
} from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { endSessions } from '../../../web/end-sessions.js';
import type { Account } from '../../directory/account.js';
import type { AccountStore } from '../../directory/account-store.js';
import { about } from '../accounts/audit-fields.js';
import { passwordRefusal } from '../accounts/password.js';
import { profileRefusal } from './own-profile.js';

interface Wanted {
  readonly password: string;
  readonly passwordHash: string;
  /** The session that stays. */
  readonly sessionId: string;
}

interface Change extends Pick<Wanted, 'passwordHash' | 'sessionId'> {
  readonly account: Account;
}

/** Changes the password of an account by its own user, and ends the user's other sessions. */
export class PasswordChange implements Verb<Account, Wanted, Change, void> {
  readonly #accounts: AccountStore;

  constructor({ accounts }: { readonly accounts: AccountStore }) {
    this.#accounts = accounts;
  }

  decide(
    viewer: Viewer,
    account: Account,
    { password, passwordHash, sessionId }: Wanted,
  ): Decision<Change> {
    const refusal = profileRefusal(viewer);
    if (refusal !== undefined) {
      return refused(refusal);
    }
    return (
      refusedAt({ password: passwordRefusal(password, account.login) }) ??
      willChange({ account, passwordHash, sessionId })
    );
  }

  async write({ tx, record }: Changing, { change }: Agreed<Change>): Promise<void> {
    const { account, passwordHash, sessionId } = change;
    await this.#accounts.setPassword(tx, account.id, passwordHash);
    await endSessions(tx, account.id, sessionId);
    await record({ ...about(account), action: 'account.password-changed' });
  }
}
