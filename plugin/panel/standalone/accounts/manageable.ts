import type { Knex } from 'knex';
import { ForbiddenError, NotFoundError } from '../../../errors.js';
import type { Viewer } from '../../../viewing/viewer.js';
import type { Account } from '../../directory/account.js';
import type { AccountStore } from '../../directory/account-store.js';

/** @throws {NotFoundError} @throws {ForbiddenError} when it is the viewer's own. */
export function manageable(viewer: Viewer, account: Account | undefined): Account {
  if (account === undefined || account.role === 'mail-user') {
    throw new NotFoundError();
  }
  if (account.id === viewer.accountId) {
    throw new ForbiddenError('accounts.errors.own');
  }
  return account;
}

/** Locks the account (FOR UPDATE). @throws {NotFoundError} @throws {ForbiddenError} */
export async function holdManageable(
  store: AccountStore,
  tx: Knex.Transaction,
  viewer: Viewer,
  id: number,
): Promise<Account> {
  return manageable(viewer, await store.hold(tx, viewer.scope, id));
}

/** Whether it is the only administrator. */
export async function isLastAdministrator(
  store: AccountStore,
  tx: Knex,
  { id, role }: Account,
): Promise<boolean> {
  return role === 'administrator' && (await store.otherAdministrators(tx, id)) === 0;
}

export function lastAdministrator(): ForbiddenError {
  return new ForbiddenError('accounts.errors.last-administrator');
}
