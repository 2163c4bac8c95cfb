import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { held } from '../../database/locks.js';
import { Prepared } from '../../database/prepared.js';
import type { Scope } from '../../viewing/scope.js';
import { foldText } from '../../database/fold-text.js';
import type { Account } from './account.js';
import { type Dependents, countDependents } from './dependents.js';
import { heldPlan } from './effective-plans.js';
import type { PlanNumbers } from './plan.js';
import { type AccountRow, accountFrom, permittedBy } from './rows.js';

/** An account with what sign-in and permissions depend on. */
export interface KnownAccount {
  readonly account: Account;
  readonly passwordHash: string | undefined;
  /** What its plan permits, as far as its reseller's does; undefined without a plan. */
  readonly planPermissions: readonly string[] | undefined;
  /** Whether the account is suspended, or one it depends on: its reseller, or a mail user's mailbox or domain. */
  readonly barred: boolean;
  /** The owner of a mail user's domain and the owner's reseller, who may see what the mail user does. */
  readonly domain:
    | { readonly ownerId: number; readonly resellerId: number | undefined }
    | undefined;
}

interface KnownRow extends AccountRow {
  plan_permissions: string | null;
  reseller_plan_permissions: string | null;
  parent_suspended: number | null;
  mailbox_hash: string | null;
  mailbox_name: string | null;
  mailbox_suspended: number | null;
  domain_suspended: number | null;
  domain_owner_id: number | null;
  domain_reseller_id: number | null;
}

export type AccountFields = Pick<Account, 'role' | 'name' | 'email'> &
  Partial<Pick<Account, 'locale' | 'parentId' | 'planId' | 'limitPerHour'>>;

export type NewAccount = AccountFields &
  Pick<Account, 'login'> &
  Partial<Pick<Account, 'mailboxId'>> & { readonly passwordHash?: string | undefined };

/** What an account owns, with the first few names. */
export interface Belongings {
  readonly domains: Owned;
  readonly customers: Owned;
  readonly smtpServers: Owned;
  readonly plans: Owned;
}

export interface Owned {
  readonly count: number;
  readonly names: readonly string[];
}

const mostNamed = 5;

/** Accounts, by ID or login for sign-in, where there is no viewer yet; otherwise within a scope. */
export class AccountStore {
  readonly #db: Database;
  readonly #byId: Prepared<{ id: number }, KnownRow>;
  readonly #byLogin: Prepared<{ login: string }, KnownRow>;

  constructor(db: Database) {
    this.#db = db;
    this.#byId = new Prepared(db, (value) => known(db.knex).where('a.id', value('id')));
    this.#byLogin = new Prepared(db, (value) => known(db.knex).where('a.login', value('login')));
  }

  async knownById(id: number): Promise<KnownAccount | undefined> {
    const [row] = await this.#byId.run({ id });
    return row && knownFrom(row);
  }

  async knownByLogin(login: string): Promise<KnownAccount | undefined> {
    const [row] = await this.#byLogin.run({ login });
    return row && knownFrom(row);
  }

  /** The same as `knownById`, locking what it is read from (FOR SHARE). */
  async holdKnown(tx: Knex.Transaction, id: number): Promise<KnownAccount | undefined> {
    const row: KnownRow | undefined = await known(tx).where('a.id', id).forShare().first();
    return row && knownFrom(row);
  }

  async find(scope: Scope, id: number): Promise<Account | undefined> {
    const row = await inScope(this.#db.knex<AccountRow>('accounts'), scope).where({ id }).first();
    return row && accountFrom(row);
  }

  /** The same. In a transaction, locks the row (FOR UPDATE). */
  async hold(tx: Knex, scope: Scope, id: number): Promise<Account | undefined> {
    const found = inScope(tx<AccountRow>('accounts'), scope).where({ id });
    const row = await held(tx, found).first();
    return row && accountFrom(row);
  }

  /** An account's limits: the lower ones of its plan and its reseller's. Locks both (FOR SHARE). */
  async limitsOf(tx: Knex, { id }: Pick<Account, 'id'>): Promise<PlanNumbers> {
    return (await heldPlan(tx, id)).limits;
  }

  /** The account with that login, locked likewise. Mail users own nothing and are not found. */
  async holdOwner(
    tx: Knex,
    scope: Scope,
    login: string,
  ): Promise<{ readonly account: Account; readonly barred: boolean } | undefined> {
    const found = inScope(tx<AccountRow>('accounts'), scope)
      .where({ login })
      .whereNot({ role: 'mail-user' });
    const row = await held(tx, found).first();
    if (row === undefined) {
      return undefined;
    }
    const parents = tx<AccountRow>('accounts').where({ id: row.parent_id ?? 0 });
    const parent = await held(tx, parents).first('suspended');
    return {
      account: accountFrom(row),
      barred: row.suspended === 1 || parent?.suspended === 1,
    };
  }

  async belongings(id: number, tx: Knex = this.#db.knex): Promise<Belongings> {
    const owned = async (query: Knex.QueryBuilder, name: string): Promise<Owned> => {
      const [row] = await query.clone().count<{ n: number }[]>('* as n');
      const rows: readonly { name: unknown }[] = await query
        .orderByRaw(name)
        .limit(mostNamed)
        .select({ name: tx.raw(name) });
      return { count: Number(row?.n), names: rows.map((each) => String(each.name)) };
    };
    return {
      domains: await owned(tx('domains').where({ owner_id: id }), 'COALESCE(utf8_name, name)'),
      customers: await owned(tx('accounts').where({ parent_id: id }), 'login'),
      smtpServers: await owned(tx('smtp_servers').where({ owner_id: id }), 'title'),
      plans: await owned(tx('plans').where({ owner_id: id }), 'name'),
    };
  }

  async dependents(id: number): Promise<Dependents> {
    return await countDependents(this.#db.knex, id);
  }

  async otherAdministrators(tx: Knex, id: number): Promise<number> {
    const others = await tx('accounts')
      .where({ role: 'administrator', suspended: 0 })
      .whereNot({ id })
      .forUpdate()
      .pluck('id');
    return others.length;
  }

  async insert(tx: Knex, account: NewAccount): Promise<number> {
    const [id] = await tx('accounts').insert({
      ...columnsOf(account),
      login: account.login,
      password_hash: account.passwordHash ?? null,
      mailbox_id: account.mailboxId ?? null,
      created_at: Date.now(),
      search_text: searchText(account),
    });
    return Number(id);
  }

  /**
   * Writes the fields as version `next` unless somebody has changed the account since `version`. @returns whether it
   * did.
   */
  async replace(
    tx: Knex,
    account: Pick<Account, 'id' | 'login' | 'version'> & { readonly next: number },
    fields: AccountFields,
  ): Promise<boolean> {
    const { id, version, next, login } = account;
    const changed = await tx('accounts')
      .where({ id, version })
      .update({
        ...columnsOf(fields),
        version: next,
        search_text: searchText({ login, ...fields }),
      });
    return changed === 1;
  }

  /** Ends the account's links and its invitation. */
  async setPassword(tx: Knex, id: number, hash: string): Promise<void> {
    await tx('sign_in_links').where({ account_id: id }).delete();
    await tx('accounts').where({ id }).update({ password_hash: hash, invited_at: null });
  }

  async setSuspended(tx: Knex, id: number, suspended: boolean): Promise<void> {
    await tx('accounts')
      .where({ id })
      .update({ suspended: Number(suspended), version: tx.raw('version + 1') });
  }

  async setAppearance(
    tx: Knex,
    id: number,
    appearance: Partial<Pick<AccountRow, 'locale' | 'theme'>>,
  ): Promise<void> {
    if (Object.keys(appearance).length > 0) {
      await tx('accounts').where({ id }).update(appearance);
    }
  }

  async remove(tx: Knex, id: number): Promise<void> {
    await tx('accounts').where({ id }).delete();
  }
}

/** The accounts of a scope: a reseller's are itself and its customers. */
function inScope<T extends Knex.QueryBuilder>(query: T, scope: Scope): T {
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

function columnsOf(fields: AccountFields): Partial<AccountRow> {
  return {
    role: fields.role,
    name: fields.name,
    email: fields.email,
    locale: fields.locale ?? null,
    parent_id: fields.parentId ?? null,
    plan_id: fields.planId ?? null,
    limit_per_hour: fields.limitPerHour ?? null,
  };
}

function searchText({ login, name, email }: Pick<Account, 'login' | 'name' | 'email'>): string {
  return foldText(`${login} ${name} ${email}`);
}

function known(db: Knex): Knex.QueryBuilder {
  return db('accounts as a')
    .leftJoin('plans as p', 'p.id', 'a.plan_id')
    .leftJoin('accounts as r', 'r.id', 'a.parent_id')
    .leftJoin('plans as q', 'q.id', 'r.plan_id')
    .leftJoin('mailboxes as m', 'm.id', 'a.mailbox_id')
    .leftJoin('domains as d', 'd.id', 'm.domain_id')
    .select(
      'a.*',
      'p.permissions as plan_permissions',
      'q.permissions as reseller_plan_permissions',
      'r.suspended as parent_suspended',
      'm.password_hash as mailbox_hash',
      'm.display_name as mailbox_name',
      'm.suspended as mailbox_suspended',
      'd.suspended as domain_suspended',
      'd.owner_id as domain_owner_id',
      'd.reseller_id as domain_reseller_id',
    );
}

function knownFrom(row: KnownRow): KnownAccount {
  const dependsOn = [
    row.suspended,
    row.parent_suspended,
    row.mailbox_suspended,
    row.domain_suspended,
  ];
  return {
    account: accountFrom({ ...row, name: nameOf(row) }),
    passwordHash: row.password_hash ?? row.mailbox_hash ?? undefined,
    planPermissions:
      row.plan_permissions === null
        ? undefined
        : permittedBy(row.plan_permissions, row.reseller_plan_permissions),
    barred: dependsOn.includes(1) || (row.role === 'mail-user' && row.mailbox_hash === null),
    domain:
      row.domain_owner_id === null
        ? undefined
        : { ownerId: row.domain_owner_id, resellerId: row.domain_reseller_id ?? undefined },
  };
}

/** A mail user takes the mailbox's current name. */
function nameOf({ name, login, mailbox_name: mailboxName }: KnownRow): string {
  return mailboxName === null ? name : mailboxName || login;
}
