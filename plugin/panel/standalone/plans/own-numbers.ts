import type { Knex } from 'knex';
import { readable } from '../../../addresses/index.js';
import type { Changing } from '../../../changes/changes.js';
import { engineOf } from '../../../database/engine.js';
import { ConflictError } from '../../../errors.js';
import { named } from '../accounts/belongings.js';
import type { LimitName, PlanNumbers } from '../../directory/plan.js';
import type { Accounts, Affected } from './affected.js';

/** A number that accounts, domains or mailboxes have of their own, within a maximum of the plan. */
interface OwnNumber {
  /** Its texts are `plans.own.<key>`. */
  readonly key: string;
  readonly most: LimitName;
  readonly table: 'accounts' | 'domains' | 'mailboxes';
  readonly column: string;
  /** The column with the rows' names. */
  readonly name: string;
  /** Of its audit entries. */
  readonly action: string;
  readonly field: string;
  /** Whether 0 stands for no limit. */
  readonly isEndlessAtZero?: boolean;
}

const ownNumbers: readonly OwnNumber[] = [
  {
    key: 'accounts',
    most: 'maxAccountPerHour',
    table: 'accounts',
    column: 'limit_per_hour',
    name: 'login',
    action: 'account.changed',
    field: 'limitPerHour',
  },
  {
    key: 'domains',
    most: 'maxDomainPerHour',
    table: 'domains',
    column: 'limit_per_hour',
    name: 'name',
    action: 'domain-mail.changed',
    field: 'limitPerHour',
  },
  {
    key: 'mailboxes',
    most: 'maxMailboxPerHour',
    table: 'mailboxes',
    column: 'limit_per_hour',
    name: 'address',
    action: 'mailbox.changed',
    field: 'limitPerHour',
  },
  {
    key: 'quota',
    most: 'maxQuotaBytes',
    table: 'mailboxes',
    column: 'quota_bytes',
    name: 'address',
    action: 'mailbox.changed',
    field: 'quotaBytes',
    isEndlessAtZero: true,
  },
];

/** Own numbers beyond the new maximum of a plan that did not exceed the former one. */
export interface Excessive {
  readonly key: string;
  readonly most: number;
  readonly count: number;
  /** A few of them. */
  readonly names: readonly string[];
}

const mostNamed = 3;

/** Those of all affected accounts. */
export async function excessiveNumbers(
  db: Knex,
  affected: readonly Affected[],
): Promise<readonly Excessive[]> {
  const found = new Map<string, Excessive>();
  for (const { accounts, before, after } of affected) {
    for (const own of lowered(before.limits, after.limits)) {
      const most = after.limits[own.most] ?? 0;
      const rows = beyond(db, own, accounts, most);
      const [counted] = await rows.clone().count<{ n: number }[]>('* as n');
      const column = `${own.table}.${own.name}`;
      const names: string[] = await rows.clone().orderBy(column).limit(mostNamed).pluck(column);
      if (names.length > 0) {
        const key = `${own.key} ${most}`;
        const others = found.get(key) ?? { count: 0, names: [] };
        found.set(key, {
          key: own.key,
          most,
          count: others.count + Number(counted?.n),
          names: [...others.names, ...names.map(readable)].toSorted().slice(0, mostNamed),
        });
      }
    }
  }
  return [...found.values()];
}

/** Why custom values prevent a change, if they do. */
export function aboveRefusal(excessive: readonly Excessive[]): ConflictError | undefined {
  const [first] = excessive;
  const count = excessive.reduce((sum, each) => sum + each.count, 0);
  return (
    first &&
    new ConflictError('plans.errors.own-above', {
      count,
      names: named({ count, names: first.names }).names,
    })
  );
}

/** Lowers them to the maximum, with an entry for each. */
export async function lowerNumbers(
  changing: Changing,
  affected: readonly Affected[],
): Promise<void> {
  const { tx } = changing;
  for (const { accounts, before, after } of affected) {
    for (const own of lowered(before.limits, after.limits)) {
      const most = after.limits[own.most] ?? 0;
      const column = `${own.table}.${own.column}`;
      const rows = await beyond(tx, own, accounts, most)
        .forUpdate()
        .select<{ id: number; value: number }[]>(`${own.table}.id as id`, `${column} as value`);
      for (const [value, ids] of byValue(rows)) {
        await setNumber(changing, own, ids, { from: value, to: most });
      }
    }
  }
}

/**
 * Gives rows of accounts that an act lowered their numbers back, unless somebody has changed them since.
 *
 * @param group of the act's entries.
 */
export async function restoreNumbers(
  changing: Changing,
  accounts: Accounts,
  group: string,
): Promise<void> {
  for (const own of ownNumbers) {
    for (const { from, to, at, names } of await recorded(changing.tx, own, accounts, group)) {
      for (let start = 0; start < names.length; start += namesAtOnce) {
        const ids = await within(
          changing.tx,
          own.table,
          accounts(changing.tx).select('accounts.id'),
        )
          .whereIn(`${own.table}.${own.name}`, names.slice(start, start + namesAtOnce))
          .where({ [`${own.table}.${own.column}`]: to })
          // Others may have the names by now.
          .where(`${own.table}.created_at`, '<=', at)
          .pluck(`${own.table}.id`);
        await setNumber(changing, own, ids, { from: to, to: from });
      }
    }
  }
}

const namesAtOnce = 500;

function lowered(before: PlanNumbers, after: PlanNumbers): readonly OwnNumber[] {
  return ownNumbers.filter(
    ({ most }) => after[most] !== undefined && (before[most] ?? Infinity) > after[most],
  );
}

function beyond(
  db: Knex,
  { table, column, isEndlessAtZero }: OwnNumber,
  accounts: Accounts,
  most: number,
): Knex.QueryBuilder {
  const ids = accounts(db).select('accounts.id');
  return within(db, table, ids).where((rows) => {
    rows.where(`${table}.${column}`, '>', most);
    if (isEndlessAtZero === true) {
      rows.orWhere(`${table}.${column}`, 0);
    }
  });
}

function within(
  db: Knex,
  table: OwnNumber['table'],
  accounts: Knex.QueryBuilder,
): Knex.QueryBuilder {
  switch (table) {
    case 'accounts':
      return db('accounts').whereIn('accounts.id', accounts);
    case 'domains':
      return db('domains').whereIn('domains.owner_id', accounts);
    case 'mailboxes':
      return joined(db, table).whereIn('domains.owner_id', accounts);
  }
}

function joined(db: Knex, table: OwnNumber['table']): Knex.QueryBuilder {
  return table === 'mailboxes'
    ? db('mailboxes').join('domains', 'domains.id', 'mailboxes.domain_id')
    : db(table);
}

function byValue(
  rows: readonly { readonly id: number; readonly value: number }[],
): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const { id, value } of rows) {
    const same = found.get(value) ?? [];
    same.push(id);
    found.set(value, same);
  }
  return found;
}

async function setNumber(
  { tx, recordAlike, touchRows }: Changing,
  { table, column, name, action, field }: OwnNumber,
  ids: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  if (ids.length === 0) {
    return;
  }
  const listed = JSON.stringify(ids);
  const among = (query: Knex.QueryBuilder): Knex.QueryBuilder => {
    engineOf(tx).whereAmong(query, `${table}.id`, listed);
    return query;
  };
  const columns = { [column]: to, version: tx.raw('version + 1') };
  await among(tx(table)).update(columns);
  await recordAlike({
    action,
    rows: among(joined(tx, table)),
    subject: `${table}.${name}`,
    folded: `${table}.${name}`,
    ...(table === 'accounts'
      ? { ownerId: 'accounts.id', resellerId: 'accounts.parent_id' }
      : { ownerId: 'domains.owner_id', resellerId: 'domains.reseller_id', domain: 'domains.name' }),
    before: { [field]: from },
    after: { [field]: to },
    version: `${table}.version`,
  });
  if (table === 'domains') {
    await touchRows(among(tx(table)).select('domains.id as row_id'), Object.keys(columns));
  } else if (table === 'mailboxes') {
    await touchRows(among(tx(table)).distinct('mailboxes.domain_id as row_id'));
  }
}

interface RecordedNumber {
  readonly from: number;
  readonly to: number;
  /** The last of their entries. */
  readonly at: number;
  readonly names: readonly string[];
}

/** What an act recorded of these numbers of accounts. */
async function recorded(
  tx: Knex,
  { action, field }: OwnNumber,
  accounts: Accounts,
  group: string,
): Promise<readonly RecordedNumber[]> {
  const entries: readonly { subject: string; at: number; before: string; after: string }[] =
    await tx('audit_entries')
      .where({ group_id: group, action })
      .whereIn('owner_id', accounts(tx).select('accounts.id'))
      .orderBy('id')
      .select('subject', 'at', 'before', 'after');
  const found = new Map<string, { from: number; to: number; at: number; names: string[] }>();
  for (const { subject, at, before, after } of entries) {
    const [from, to] = [JSON.parse(before)?.[field], JSON.parse(after)?.[field]];
    if (typeof from === 'number' && typeof to === 'number') {
      const same = found.get(`${from} ${to}`) ?? { from, to, at, names: [] };
      same.names.push(subject);
      same.at = Math.max(same.at, at);
      found.set(`${from} ${to}`, same);
    }
  }
  return [...found.values()];
}
