import { DomainName } from '../../addresses/index.js';
import { pickableAccounts, pickableDomains } from '../../panel/directory/pickables.js';
import type { Filter } from '../../tables/filter.js';
import { periodFilter } from '../../tables/period-filter.js';
import type { LabelledThings } from './entry.js';

const everyScope = ['all', 'reseller', 'owner'] as const;

export function filtersOf(things: LabelledThings): readonly Filter[] {
  return [
    ...who,
    ...kindsOf(things),
    domain,
    origin,
    periodFilter({ sql: 'audit_acts.at', indexed: everyScope }),
  ];
}

const who: readonly Filter[] = [
  {
    key: 'actor',
    kind: 'thing',
    label: 'audit.columns.actor',
    of: pickableAccounts,
    sql: 'audit_acts.actor_id',
    indexed: everyScope,
  },
  {
    key: 'as',
    kind: 'text',
    label: 'audit.filters.as',
    of: pickableAccounts,
    permission: 'accounts.manage',
    sql: 'audit_acts.acting_as',
    stored: (text) => text.trim().toLowerCase(),
    invalid: 'accounts.not-found.accounts',
    indexed: everyScope,
  },
];

function kindsOf(things: LabelledThings): readonly Filter[] {
  return [
    {
      key: 'thing',
      kind: 'choice',
      label: 'audit.filters.thing',
      options: Object.fromEntries(Object.keys(things).map((thing) => [thing, thing])),
      sql: 'audit_acts.thing',
      text: (option, { t }) => t(`${things[option]?.texts}.title`),
      indexed: everyScope,
    },
    {
      key: 'action',
      kind: 'choice',
      label: 'audit.columns.action',
      options: Object.fromEntries(
        ['created', 'changed', 'removed', 'suspended', 'resumed'].map((did) => [did, did]),
      ),
      sql: 'audit_acts.did',
      text: (option, { t }) => t(`audit.actions.${option}`),
      indexed: everyScope,
    },
  ];
}

const domain: Filter = {
  key: 'domain',
  kind: 'text',
  label: 'audit.filters.domain',
  of: pickableDomains,
  sql: 'audit_entries.domain',
  isOfParts: true,
  stored: domainIn,
  invalid: 'audit.no-domain',
};

const origin: Filter = {
  key: 'origin',
  kind: 'text',
  label: 'audit.filters.origin',
  permission: 'settings.manage',
  sql: 'audit_acts.origin',
  stored: (text) => text.trim().toLowerCase(),
  invalid: 'audit.no-origin',
  indexed: everyScope,
};

/** Its normalized name; the domain may no longer exist. */
function domainIn(text: string): string | undefined {
  try {
    return DomainName.parse(text.trim()).ascii;
  } catch {
    return undefined;
  }
}
