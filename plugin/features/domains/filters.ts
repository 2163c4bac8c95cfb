import type { Filter } from '../../tables/filter.js';
import { ofDomainSql } from '../../panel/directory/outgoing-limit-sql.js';
import { pickableAccounts, pickablePlans } from '../../panel/directory/pickables.js';
import { pickableWebmails } from '../../panel/directory/pickable-webmails.js';
import { keyed } from '../../web/locale.js';
import { exchangerKinds, policies } from '../domain-mail/index.js';
import { pickableServers } from '../smtp-servers/index.js';

export const policyKey = keyed((policy) => `domain-mail.policies.${policy}.short`);

export const exchangersKey = keyed((kind) => `domains.mx.${kind}`);

const byOwner: Filter = {
  key: 'owner',
  kind: 'thing',
  label: 'domains.columns.owner',
  of: pickableAccounts,
  sql: 'domains.owner_id',
  indexed: ['all', 'reseller'],
};

const byPlan: Filter = {
  key: 'plan',
  kind: 'thing',
  label: 'accounts.columns.plan',
  of: pickablePlans,
  sql: '(SELECT plan_id FROM accounts WHERE accounts.id = domains.owner_id)',
};

const byMail: Filter = {
  key: 'mail',
  kind: 'choice',
  label: 'domains.columns.mail',
  options: { on: 1, off: 0 },
  sql: 'domains.mail_enabled',
  indexed: ['all', 'reseller', 'owner'],
  text: (option, { t }) => t(option === 'on' ? 'domains.status.on' : 'domains.status.off'),
};

const byPolicy: Filter = {
  key: 'policy',
  kind: 'choice',
  label: 'domains.columns.unknown',
  get options() {
    return Object.fromEntries(policies.map(({ key }) => [key, key]));
  },
  sql: 'domains.unknown_policy',
  indexed: ['all', 'reseller', 'owner'],
  text: (option, { t }) => t(policyKey(option)),
};

const byRelay: Filter = {
  key: 'relay',
  kind: 'thing',
  label: 'domains.server',
  of: pickableServers,
  sql: 'domains.relay_id',
  indexed: ['all', 'reseller', 'owner'],
};

const byOutgoing: Filter = {
  key: 'outgoing',
  kind: 'choice',
  label: 'domains.outgoing.label',
  options: { direct: 0, server: 1 },
  sql: '(domains.relay_id IS NOT NULL)',
  text: (option, { t }) => t(`domains.outgoing.${option}`),
};

const bySuspension: Filter = {
  key: 'suspended',
  kind: 'choice',
  label: 'domains.status.suspended',
  options: { yes: 1, no: 0 },
  sql: 'domains.suspended',
  indexed: ['all'],
  text: (option, { t }) => t(`form.${option}`),
};

const byMailboxes: Filter = {
  key: 'mailboxes',
  kind: 'choice',
  label: 'domains.columns.mailboxes',
  options: { suspended: 1 },
  sql: '(domains.id IN (SELECT domain_id FROM mailboxes WHERE suspended = 1))',
  text: (option, { t }) => t(`domains.mailbox-states.${option}`),
};

const byCreation: Filter = {
  key: 'created',
  kind: 'range',
  measure: 'date',
  label: 'domains.columns.created',
  sql: 'domains.created_at',
};

const byWebmail: Filter = {
  key: 'webmail',
  kind: 'thing',
  label: 'domains.columns.webmail',
  of: pickableWebmails,
  sql: 'domains.webmail',
  indexed: ['all'],
};

const byWebmailChoice: Filter = {
  key: 'has-webmail',
  kind: 'choice',
  label: 'domains.webmail.label',
  options: { yes: 1, no: 0 },
  sql: '(domains.webmail IS NOT NULL)',
  text: (option, { t }) => t(`domains.webmail.${option}`),
};

const byLimit: Filter = {
  key: 'limit',
  kind: 'choice',
  label: 'domain-mail.fields.limit',
  options: { unlimited: '%unlimited', limited: '%some', none: '%none', own: 'own %' },
  compare: 'like',
  sql: ofDomainSql({ unlimited: 'unlimited', some: 'some', none: 'none', own: 'own ' }),
  text: (option, { t }) => t(`domains.limits.${option}`),
};

const byExchangers: Filter = {
  key: 'mx',
  kind: 'several',
  label: 'domains.columns.mx',
  options: Object.fromEntries(exchangerKinds.map((kind) => [kind, kind])),
  sql: 'domains.mx',
  indexed: ['all', 'reseller', 'owner'],
  text: (option, { t }) => t(exchangersKey(option)),
};

const byChange: Filter = {
  key: 'changed',
  kind: 'range',
  measure: 'date',
  label: 'domains.columns.changed',
  sql: 'domains.changed_at',
};

/** In the order of their controls. */
export const domainFilters: readonly Filter[] = [
  byOwner,
  byPlan,
  byMail,
  byPolicy,
  byExchangers,
  byOutgoing,
  byRelay,
  byLimit,
  byWebmail,
  byWebmailChoice,
  bySuspension,
  byMailboxes,
  byCreation,
  byChange,
];
