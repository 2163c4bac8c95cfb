import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import { ForbiddenError, NotFoundError } from '../../../errors.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Account } from '../../directory/account.js';
import { about } from '../accounts/audit-fields.js';

/** Starts acting as another account; `undefined` is an account outside of the viewer's scope. */
export class ActingStart implements Verb<Account | undefined, undefined, Account, void> {
  decide(viewer: Viewer, other: Account | undefined): Decision<Account> {
    if (viewer.actingAs !== undefined) {
      return refused(new ForbiddenError('accounts.errors.acting-already', { name: viewer.name }));
    }
    return other !== undefined && mayStartActing(viewer, other)
      ? willChange(other)
      : refused(new NotFoundError());
  }

  async write({ record }: Changing, { change: other }: Agreed<Account>): Promise<void> {
    await record({ ...about(other), action: 'acting.started' });
  }
}

/** Whether a viewer may act as another account within their scope. */
export function mayStartActing(viewer: Viewer, other: Account): boolean {
  return (
    viewer.actingAs === undefined &&
    viewer.permissions.has('accounts.act-as') &&
    other.id !== viewer.accountId &&
    other.role !== 'administrator'
  );
}
