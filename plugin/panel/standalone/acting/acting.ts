import type { Changes } from '../../../changes/changes.js';
import { ForbiddenError, NotFoundError } from '../../../errors.js';
import type { Account } from '../../directory/account.js';
import type { AccountStore } from '../../directory/account-store.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { about } from '../accounts/audit-fields.js';

/** Whether a viewer may act as another account within their scope. */
export function mayStartActing(viewer: Viewer, other: Account): boolean {
  return (
    viewer.actingAs === undefined &&
    viewer.permissions.has('accounts.act-as') &&
    other.id !== viewer.accountId &&
    other.role !== 'administrator'
  );
}

interface ActingParts {
  readonly changes: Changes;
  readonly accounts: AccountStore;
}

/** Acting as another account, with its view and permissions. Entries of changes name both. */
export class Acting {
  readonly #parts: ActingParts;

  constructor(parts: ActingParts) {
    this.#parts = parts;
  }

  /** @throws {NotFoundError} @throws {ForbiddenError} when already acting as somebody. */
  async start(viewer: Viewer, accountId: number): Promise<void> {
    if (viewer.actingAs !== undefined) {
      throw new ForbiddenError('accounts.errors.acting-already', { name: viewer.name });
    }
    const other = await this.#parts.accounts.find(viewer.scope, accountId);
    if (other === undefined || !mayStartActing(viewer, other)) {
      throw new NotFoundError();
    }
    await this.#parts.changes.make(viewer, ({ record }) =>
      record({ ...about(other), action: 'acting.started' }),
    );
  }

  async end(viewer: Viewer): Promise<void> {
    const other = await this.#parts.accounts.find({ kind: 'all' }, viewer.accountId);
    if (viewer.actingAs !== undefined && other !== undefined) {
      await this.#parts.changes.make(viewer, ({ record }) =>
        record({ ...about(other), action: 'acting.ended' }),
      );
    }
  }
}
