import type { Knex } from 'knex';
import { DomainName } from '../../addresses/index.js';
import { foldText } from '../../database/fold-text.js';
import { type Pickable, sortedByName } from '../../tables/pickable.js';
import type { Picker } from '../../tables/picker.js';
import { plansWithin } from './plan-lists.js';
import { accountSearch, accountsWithin } from './account-lists.js';

export interface AccountRow {
  readonly id: number;
  readonly login: string;
  readonly name: string;
}

export type AccountPicker = Picker<AccountRow>;

/** All accounts except mail users, by login. */
export const pickableAccounts: Pickable<AccountRow> = {
  ...accountsAmong('accounts', (accounts) => accounts.whereNot('accounts.role', 'mail-user')),
  page: { rank: 40, route: '/accounts/:id', path: ({ id }) => `/accounts/${id}` },
};

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
      ...sortedByName('accounts', ['accounts.login', 'accounts.id'], ['accounts.name'], narrow),
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

/** There are few plans, so they are searched without an index. */
export const pickablePlans: Pickable<PlanRow> = {
  key: 'plans',
  permission: 'accounts.manage',
  notFound: 'plans.not-found.plans',
  table: {
    ...sortedByName('plans', ['plans.sort_name', 'plans.id'], ['plans.name']),
    search: { column: 'plans.sort_name', id: 'plans.id' },
    within: plansWithin,
  },
  shown: ({ id, name }) => ({ id, name, note: '' }),
  page: { rank: 60, route: '/plans/:id', path: ({ id }) => `/plans/${id}` },
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
    ...sortedByName(
      'domains',
      ['domains.sort_name', 'domains.id'],
      ['domains.name', 'domains.utf8_name'],
    ),
    search: {
      column: 'domains.search_text',
      id: 'domains.id',
      index: { table: 'domains_search' },
    },
  },
  folded: (text) => foldText(domainIn(text)?.unicode ?? text),
  shown: ({ id, name, utf8_name: unicode }) => ({
    id,
    name: unicode ?? name,
    note: unicode === null ? '' : name,
  }),
  isNamed: ({ name }, text) => domainIn(text)?.ascii === name,
  page: {
    rank: 10,
    route: '/domains/:domain/mail-settings',
    path: ({ name }) => `/domains/${name}/mail-settings`,
  },
};

function domainIn(text: string): DomainName | undefined {
  try {
    return DomainName.parse(text);
  } catch {
    return undefined;
  }
}

/** The directory has accounts, whichever panel provides them. */
export const directoryPickables = [
  pickableAccounts,
  pickableResellers,
  pickablePlans,
  pickableDomains,
] as const;
