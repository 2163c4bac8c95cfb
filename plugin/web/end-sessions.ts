import type { Knex } from 'knex';
import { digest } from '../secrets/digest.js';
import { unsavedSessions } from './unsaved-sessions.js';

/** Ends all sessions of an account, except one if given, after a new password or a suspension. */
export async function endSessions(
  tx: Knex.Transaction,
  accountId: number,
  exceptId?: string,
): Promise<void> {
  unsavedSessions.end(accountId);
  const others = tx('sessions').where({ account_id: accountId });
  await (exceptId === undefined ? others : others.whereNot({ id_hash: digest(exceptId) })).delete();
}

/** Ends all sessions of several accounts, given as a query of their IDs. */
export async function endSessionsOf(
  tx: Knex.Transaction,
  accountIds: Knex.QueryBuilder,
): Promise<void> {
  unsavedSessions.end();
  await tx('sessions').whereIn('account_id', accountIds).delete();
}
