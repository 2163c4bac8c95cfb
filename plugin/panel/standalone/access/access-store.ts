import type { Knex } from 'knex';
import type { Database } from '../../../database/database.js';
import { type Access, type AccessRow, accessFrom } from './access.js';

interface AccountAccess {
  readonly access: Access;
  readonly hasPassword: boolean;
}

/** Invitations and sign-ins of accounts. */
export class AccessStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async of(id: number, tx: Knex = this.#db.knex): Promise<AccountAccess> {
    const row: (AccessRow & { password_hash: string | null }) | undefined = await tx('accounts')
      .where({ id })
      .select('invited_at', 'signed_in_at', 'password_hash', invitedUntil(tx))
      .first();
    return row === undefined
      ? { access: { kind: 'never' }, hasPassword: false }
      : { access: accessFrom(row), hasPassword: row.password_hash !== null };
  }

  async setInvited(tx: Knex, id: number): Promise<void> {
    await tx('accounts').where({ id }).update({ invited_at: Date.now() });
  }

  async noteSignIn(tx: Knex, id: number): Promise<void> {
    await tx('accounts').where({ id }).update({ signed_in_at: Date.now() });
  }

  /**
   * Logins of up to five accounts with an address that can sign in; mail users have none. Those whose last link for a
   * new password is the oldest come first: everybody may enter the address for an account, so none may hide another.
   */
  async loginsAt(email: string): Promise<readonly string[]> {
    const { knex } = this.#db;
    const lastLink = knex('sign_in_links')
      .max('expires_at')
      .where({ account_id: knex.ref('a.id'), purpose: 'password' });
    return await knex('accounts as a')
      .leftJoin('accounts as r', 'r.id', 'a.parent_id')
      .where({ 'a.email': email, 'a.suspended': 0 })
      .whereRaw('COALESCE(r.suspended, 0) = 0')
      .whereNot('a.role', 'mail-user')
      .orderByRaw('COALESCE((?), 0)', [lastLink])
      .orderBy('a.id')
      .limit(mostAtAddress)
      .pluck('a.login');
  }
}

const mostAtAddress = 5;

/** When the link of an account's invitation ends, as `invited_until`. */
export function invitedUntil(db: Knex): Knex.QueryBuilder {
  return db('sign_in_links')
    .max('sign_in_links.expires_at')
    .where('sign_in_links.account_id', db.ref('accounts.id'))
    .where('sign_in_links.purpose', 'invitation')
    .as('invited_until');
}
