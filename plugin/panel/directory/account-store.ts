import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import type { Scope } from '../../database/scope.js';
import { foldText } from '../../tables/table.js';
import type { Account } from './account.js';
import { type AccountRow, accountFrom, stringsIn } from './rows.js';

/** An account with what signing in and permissions need beside it. */
export interface KnownAccount {
  readonly account: Account;
  readonly passwordHash: string | undefined;
  readonly planPermissions: readonly string[];
  /** The account itself is suspended, or its reseller is. */
  readonly barred: boolean;
}

interface KnownRow extends AccountRow {
  plan_permissions: string | null;
  parent_suspended: number | null;
  mailbox_hash: string | null;
  mailbox_suspended: number | null;
}

export type NewAccount = Pick<Account, 'role' | 'login' | 'name' | 'email'> &
  Partial<Pick<Account, 'locale' | 'parentId' | 'planId' | 'mailboxId'>> & {
    readonly passwordHash?: string | undefined;
  };

/** Accounts by id or login for signing in, where there is no viewer yet; otherwise within a scope. */
export class AccountStore {
  readonly #db: Database;
  readonly #byId: Prepared<{ id: number }, KnownRow>;
  readonly #byLogin: Prepared<{ login: string }, KnownRow>;

  constructor(db: Database) {
    this.#db = db;
    this.#byId = new Prepared(db, (value) => known(db).where('a.id', value('id')));
    this.#byLogin = new Prepared(db, (value) => known(db).where('a.login', value('login')));
  }

  async knownById(id: number): Promise<KnownAccount | undefined> {
    const [row] = await this.#byId.run({ id });
    return row && knownFrom(row);
  }

  async knownByLogin(login: string): Promise<KnownAccount | undefined> {
    const [row] = await this.#byLogin.run({ login });
    return row && knownFrom(row);
  }

  async find(scope: Scope, id: number, tx: Knex = this.#db.knex): Promise<Account | undefined> {
    const row = await inScope(tx<AccountRow>('accounts'), scope).where({ id }).first();
    return row && accountFrom(row);
  }

  /**
   * The account of that login as it stays until the transaction ends, unless the scope hides it. Mail users own
   * nothing and are not found.
   */
  async holdOwner(
    tx: Knex.Transaction,
    scope: Scope,
    login: string,
  ): Promise<{ readonly account: Account; readonly barred: boolean } | undefined> {
    const row = await inScope(tx<AccountRow>('accounts'), scope)
      .where({ login })
      .whereNot({ role: 'mail-user' })
      .forUpdate()
      .first();
    if (row === undefined) {
      return undefined;
    }
    const parent = await tx<AccountRow>('accounts')
      .where({ id: row.parent_id ?? 0 })
      .forUpdate()
      .first('suspended');
    return {
      account: accountFrom(row),
      barred: row.suspended === 1 || parent?.suspended === 1,
    };
  }

  async insert(tx: Knex, account: NewAccount): Promise<number> {
    const [id] = await tx('accounts').insert({
      role: account.role,
      login: account.login,
      name: account.name,
      email: account.email,
      password_hash: account.passwordHash ?? null,
      locale: account.locale ?? null,
      parent_id: account.parentId ?? null,
      plan_id: account.planId ?? null,
      mailbox_id: account.mailboxId ?? null,
      created_at: Date.now(),
      search_text: searchText(account),
    });
    return Number(id);
  }
}

/** The accounts of a scope: a reseller's are itself and its customers. */
export function inScope<T extends Knex.QueryBuilder>(query: T, scope: Scope): T {
  switch (scope.kind) {
    case 'all':
      return query;
    case 'reseller':
      query.where((own) => {
        void own.where('parent_id', scope.accountId).orWhere('id', scope.accountId);
      });
      return query;
    case 'owner':
      query.where('id', scope.accountId);
      return query;
    case 'mailbox':
      query.where('mailbox_id', scope.mailboxId);
      return query;
  }
}

export function searchText({
  login,
  name,
  email,
}: Pick<Account, 'login' | 'name' | 'email'>): string {
  return foldText(`${login} ${name} ${email}`);
}

function known(db: Database): Knex.QueryBuilder {
  return db
    .knex('accounts as a')
    .leftJoin('plans as p', 'p.id', 'a.plan_id')
    .leftJoin('accounts as r', 'r.id', 'a.parent_id')
    .leftJoin('mailboxes as m', 'm.id', 'a.mailbox_id')
    .select(
      'a.*',
      'p.permissions as plan_permissions',
      'r.suspended as parent_suspended',
      'm.password_hash as mailbox_hash',
      'm.suspended as mailbox_suspended',
    );
}

function knownFrom(row: KnownRow): KnownAccount {
  return {
    account: accountFrom(row),
    passwordHash: row.password_hash ?? row.mailbox_hash ?? undefined,
    planPermissions: stringsIn(row.plan_permissions),
    barred: row.suspended === 1 || row.parent_suspended === 1 || row.mailbox_suspended === 1,
  };
}
