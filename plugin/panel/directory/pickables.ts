import type { Knex } from 'knex';
import { DomainName } from '../../addresses/index.js';
import { foldText } from '../../database/fold-text.js';
import type { Pickable } from '../../tables/pickable.js';
import type { Picker } from '../../tables/picker.js';
import type { Table } from '../../tables/table.js';
import { plansWithin } from './plan-lists.js';
import { accountSearch, accountsWithin } from './account-lists.js';

export interface AccountRow {
  readonly id: number;
  readonly login: string;
  readonly name: string;
}

export type AccountPicker = Picker<AccountRow>;

/** All accounts but mail users, by login. */
export const pickableAccounts = accountsAmong('accounts', (accounts) =>
  accounts.whereNot('accounts.role', 'mail-user'),
);

export const pickableResellers = accountsAmong('resellers', (accounts) =>
  accounts.where('accounts.role', 'reseller'),
);

function accountsAmong(
  key: string,
  narrow: (accounts: Knex.QueryBuilder) => Knex.QueryBuilder,
): Pickable<AccountRow> {
  return {
    key,
    permission: 'accounts.manage',
    notFound: `accounts.not-found.${key}`,
    table: {
      ...named('accounts', ['accounts.login', 'accounts.id'], ['accounts.name'], narrow),
      search: accountSearch,
      within: accountsWithin,
    },
    folded: (text) => text.toLowerCase(),
    shown: ({ id, login, name }) => ({ id, name: login, note: name }),
  };
}

interface PlanRow {
  readonly id: number;
  readonly name: string;
}

/** There are few plans, so that they are searched without an index. */
export const pickablePlans: Pickable<PlanRow> = {
  key: 'plans',
  permission: 'accounts.manage',
  notFound: 'plans.not-found.plans',
  table: {
    ...named('plans', ['plans.sort_name', 'plans.id'], ['plans.name'], (plans) => plans),
    search: { column: 'plans.sort_name' },
    within: plansWithin,
  },
  shown: ({ id, name }) => ({ id, name, note: '' }),
};

interface DomainRow {
  readonly id: number;
  readonly name: string;
  readonly utf8_name: string | null;
  readonly sort_name: string;
}

export const pickableDomains: Pickable<DomainRow> = {
  key: 'domains',
  permission: 'domains.view',
  notFound: 'domains.not-found.domains',
  table: {
    ...named(
      'domains',
      ['domains.sort_name', 'domains.id'],
      ['domains.name', 'domains.utf8_name'],
      (domains) => domains,
    ),
    search: {
      column: 'domains.search_text',
      index: { table: 'domains_search', id: 'domains.id' },
    },
  },
  folded: (text) => foldText(domainIn(text)?.unicode ?? text),
  shown: ({ id, name, utf8_name: unicode }) => ({
    id,
    name: unicode ?? name,
    note: unicode === null ? '' : name,
  }),
  isNamed: ({ name }, text) => domainIn(text)?.ascii === name,
};

function domainIn(text: string): DomainName | undefined {
  try {
    return DomainName.parse(text);
  } catch {
    return undefined;
  }
}

/** A picker's part of a table: the order by name, and what it shows. */
function named<Row>(
  name: string,
  order: readonly string[],
  others: readonly string[],
  narrow: (rows: Knex.QueryBuilder) => Knex.QueryBuilder,
): Table<Row> {
  return {
    key: name,
    defaultSort: 'name',
    columns: [{ key: 'name', sortBy: order, cell: () => ({ text: '' }) }],
    from: (db) => narrow(db(name).select(...order, ...others)),
    countFrom: (db) => narrow(db(name)),
  };
}

/** Accounts are in the directory whichever panel provides them. */
export const directoryPickables = [
  pickableAccounts,
  pickableResellers,
  pickablePlans,
  pickableDomains,
] as const;
