import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import { ForbiddenError } from '../../../errors.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Account } from '../../directory/account.js';
import { insertLink } from '../sign-in-links.js';
import { about } from './audit-fields.js';

/** Makes links that sign in as an account, once, within 15 minutes. */
export class AccountLink implements Verb<Account, undefined, Account, string> {
  decide(_viewer: Viewer, account: Account): Decision<Account> {
    const { login } = account;
    return account.suspended
      ? refused(new ForbiddenError('accounts.errors.suspended', { login }))
      : willChange(account);
  }

  /** @returns the token of the link. */
  async write({ tx, record }: Changing, { change: account }: Agreed<Account>): Promise<string> {
    await record({ ...about(account), action: 'account.link-created' });
    return await insertLink(tx, account.id);
  }
}
