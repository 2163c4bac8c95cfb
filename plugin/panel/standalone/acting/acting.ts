import type { Changes } from '../../../changes/changes.js';
import { NotFoundError } from '../../../errors.js';
import type { Account } from '../../directory/account.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { AccountStore } from '../../directory/account-store.js';
import { ActingEnd } from './acting-end.js';
import { ActingStart, mayStartActing } from './acting-start.js';

interface ActingParts {
  readonly changes: Changes;
  readonly accounts: AccountStore;
}

/** Acting as another account, with its view and permissions. Entries of changes name both. */
export class Acting {
  readonly starting = new ActingStart();
  readonly ending = new ActingEnd();

  readonly #parts: ActingParts;

  constructor(parts: ActingParts) {
    this.#parts = parts;
  }

  /** An account that the viewer may act as. @throws {NotFoundError} */
  async other(viewer: Viewer, accountId: number): Promise<Account> {
    const other = await this.#parts.accounts.find(viewer.scope, accountId);
    if (other === undefined || !mayStartActing(viewer, other)) {
      throw new NotFoundError();
    }
    return other;
  }

  /** @throws {NotFoundError} @throws {ForbiddenError} when already acting as somebody. */
  async start(viewer: Viewer, accountId: number): Promise<void> {
    await this.#parts.changes.carryOut(
      viewer,
      this.starting,
      (tx) => this.#parts.accounts.hold(tx, viewer.scope, accountId),
      undefined,
    );
  }

  async end(viewer: Viewer): Promise<void> {
    await this.#parts.changes.carryOut(
      viewer,
      this.ending,
      (tx) => this.#parts.accounts.hold(tx, { kind: 'all' }, viewer.accountId),
      undefined,
    );
  }
}
