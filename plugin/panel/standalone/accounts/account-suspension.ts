import type { Knex } from 'knex';
import type { Changing } from '../../../changes/changes.js';
import { type Agreed, type Decision, refused, willChange } from '../../../changes/decision.js';
import type { Verb } from '../../../changes/verb.js';
import type { Viewer } from '../../../viewing/viewer.js';
import { endSessionsOf } from '../../../web/end-sessions.js';
import type { Account } from '../../directory/account.js';
import type { AccountStore } from '../../directory/account-store.js';
import { dependentsOf } from '../../directory/dependents.js';
import type { PanelEvents } from '../../panel.js';
import { endLinksOf } from '../sign-in-links.js';
import { about } from './audit-fields.js';
import { holdManageable, isLastAdministrator, lastAdministrator } from './manageable.js';

interface Subject {
  readonly account: Account;
  readonly isLast: boolean;
}

interface Change {
  readonly account: Account;
  readonly suspended: boolean;
}

interface AccountSuspensionParts {
  readonly store: AccountStore;
  readonly events: PanelEvents;
}

/** Suspends and reactivates accounts; nobody can sign in with a suspended one or what depends on it, or with its links. */
export class AccountSuspension implements Verb<Subject, boolean, Change, void> {
  readonly #parts: AccountSuspensionParts;

  constructor(parts: AccountSuspensionParts) {
    this.#parts = parts;
  }

  /** @throws {NotFoundError} @throws {ForbiddenError} */
  async read(
    tx: Knex.Transaction,
    viewer: Viewer,
    id: number,
    suspended: boolean,
  ): Promise<Subject> {
    const account = await holdManageable(this.#parts.store, tx, viewer, id);
    const isLast = suspended && (await isLastAdministrator(this.#parts.store, tx, account));
    return { account, isLast };
  }

  decide(_viewer: Viewer, { account, isLast }: Subject, suspended: boolean): Decision<Change> {
    const change = { account, suspended };
    if (account.suspended === suspended) {
      return { kind: 'already-so', change };
    }
    return suspended && isLast ? refused(lastAdministrator()) : willChange(change);
  }

  async write(changing: Changing, { kind, change }: Agreed<Change>): Promise<void> {
    const { account, suspended } = change;
    const { tx, record } = changing;
    const accountId = account.id;
    if (kind === 'already-so') {
      return;
    }
    if (suspended) {
      await endSessionsOf(tx, dependentsOf(tx, accountId));
      await endLinksOf(tx, dependentsOf(tx, accountId));
    }
    await this.#parts.store.setSuspended(tx, accountId, suspended);
    const action = suspended ? 'account.suspended' : 'account.resumed';
    await record({ ...about(account), action });
    await this.#parts.events.emit({ kind: 'account-suspension-changed', accountId }, changing);
  }
}
