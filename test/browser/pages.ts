import assert from 'node:assert/strict';
import { DomainName } from '../../plugin/addresses/index.js';
import type { Route } from '../../plugin/web/route-table.js';
import type { Who } from './site.js';
import { type Sample, domains } from './sample.js';
import { exportId } from './outbox-sample.js';
import { confirmationToken } from './smtp-sample.js';

/** A page to check. */
export interface Example {
  /** `{mailbox}` and the like stand for IDs of the sample. */
  readonly path: string;
  /** `visitor` is not signed in. */
  readonly who: Who | 'visitor';
  /** 200 by default. */
  readonly status?: number;
  /** Nobody else may open it. */
  readonly isPrivate?: true;
}

const named = (domain: string): string => `/domains/${DomainName.parse(domain).ascii}`;
const settingsOf = (...names: readonly string[]): Example[] =>
  names.map((name) => ({ path: `${named(name)}/mail-settings`, who: 'customer' }));

/** Examples for each route with a page. Routes that only redirect have none. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  '/': [
    { path: '/', who: 'administrator' },
    { path: '/?checklist=shown', who: 'administrator' },
    { path: '/', who: 'customer' },
    { path: '/', who: 'newcomer' },
  ],
  '/test-message': [{ path: '/test-message', who: 'administrator' }],
  '/arrivals/:token': [{ path: '/arrivals/used', who: 'visitor', status: 410 }],
  '/checklist/:step': [{ path: '/checklist/exchangers', who: 'administrator', isPrivate: true }],
  '/sign-in': [{ path: '/sign-in', who: 'visitor' }],
  '/sign-in/:token': [{ path: '/sign-in/used', who: 'visitor', status: 410 }],
  '/forgotten-password': [{ path: '/forgotten-password', who: 'visitor' }],
  '/new-password/:token': [{ path: '/new-password/used', who: 'visitor', status: 410 }],
  '/domains': [
    { path: '/domains', who: 'administrator' },
    { path: '/domains?q=nothing+like+this', who: 'administrator' },
    { path: '/domains', who: 'newcomer' },
  ],
  '/exports/:id': [{ path: `/exports/${exportId}`, who: 'customer', isPrivate: true }],
  '/domains/new': [{ path: '/domains/new', who: 'administrator' }],
  '/domains/:domain': [],
  '/domains/:domain/removal': [{ path: `${named(domains.longest)}/removal`, who: 'administrator' }],
  '/domains/:domain/mail-settings': [
    ...settingsOf(
      domains.usual,
      domains.bounce,
      domains.forward,
      domains.redirect,
      domains.off,
      domains.suspended,
      domains.longest,
    ),
    { path: `${named(domains.readOnly)}/mail-settings`, who: 'reader' },
    { path: '/domains/unknown.example/mail-settings', who: 'customer', status: 404 },
  ],
  '/domains/:domain/mail-settings/relays': [],
  '/domains/:domain/mail-exchangers': [
    { path: `${named(domains.usual)}/mail-exchangers`, who: 'customer' },
    { path: `${named(domains.off)}/mail-exchangers`, who: 'customer' },
    { path: `${named(domains.forward)}/mail-exchangers`, who: 'customer' },
  ],
  '/domains/:domain/trial': [
    {
      path: `${named(domains.usual)}/trial?recipient=nobody%40${domains.usual}`,
      who: 'customer',
    },
    { path: `${named(domains.longest)}/trial?recipient=%40%40`, who: 'customer', status: 422 },
  ],
  '/domains/:domain/mailboxes': [
    { path: `${named(domains.usual)}/mailboxes`, who: 'customer' },
    { path: `${named(domains.longest)}/mailboxes`, who: 'customer' },
    { path: `${named(domains.readOnly)}/mailboxes`, who: 'reader' },
  ],
  '/domains/:domain/mailboxes/new': [
    { path: `${named(domains.longest)}/mailboxes/new`, who: 'customer' },
  ],
  '/domains/:domain/mailboxes/:id': [
    { path: `${named(domains.usual)}/mailboxes/{mailbox}`, who: 'customer' },
  ],
  '/domains/:domain/mailboxes/:id/suspension': [
    { path: `${named(domains.usual)}/mailboxes/{mailbox}/suspension`, who: 'customer' },
  ],
  '/domains/:domain/mailboxes/:id/removal': [
    { path: `${named(domains.usual)}/mailboxes/{mailbox}/removal`, who: 'customer' },
  ],
  '/domains/:domain/aliases': [
    { path: `${named(domains.usual)}/aliases`, who: 'customer' },
    { path: `${named(domains.longest)}/aliases`, who: 'customer' },
  ],
  '/domains/:domain/aliases/new': [
    { path: `${named(domains.longest)}/aliases/new`, who: 'customer' },
  ],
  '/domains/:domain/aliases/:id': [
    { path: `${named(domains.usual)}/aliases/{alias}`, who: 'customer' },
  ],
  '/domains/:domain/aliases/:id/removal': [
    { path: `${named(domains.usual)}/aliases/{alias}/removal`, who: 'customer' },
  ],
  '/smtp-servers': [
    { path: '/smtp-servers', who: 'customer' },
    { path: '/smtp-servers', who: 'newcomer' },
    { path: '/smtp-servers', who: 'reader' },
  ],
  '/smtp-servers/new': [{ path: '/smtp-servers/new', who: 'customer' }],
  // Only shown in a sandboxed frame.
  '/smtp-servers/preview': [],
  '/smtp-servers/:id': [
    { path: '/smtp-servers/{server}', who: 'customer' },
    { path: '/smtp-servers/{longServer}', who: 'administrator' },
    { path: '/smtp-servers/{readOnlyServer}', who: 'reader' },
  ],
  '/smtp-servers/:id/confirmation': [
    { path: '/smtp-servers/{server}/confirmation', who: 'customer' },
    { path: '/smtp-servers/{failedServer}/confirmation', who: 'customer' },
    { path: '/smtp-servers/{longServer}/confirmation', who: 'customer' },
  ],
  '/smtp-servers/:id/trial': [{ path: '/smtp-servers/{longServer}/trial', who: 'customer' }],
  '/smtp-servers/:id/removal': [{ path: '/smtp-servers/{longServer}/removal', who: 'customer' }],
  '/confirmations/:token': [
    { path: `/confirmations/${confirmationToken}`, who: 'visitor' },
    { path: '/confirmations/used', who: 'visitor', status: 410 },
  ],
  '/settings/panel-mail': [{ path: '/settings/panel-mail', who: 'administrator' }],
  '/settings/panel-mail/trial': [{ path: '/settings/panel-mail/trial', who: 'administrator' }],
  '/preferences/mails': [
    { path: '/preferences/mails', who: 'customer' },
    { path: '/preferences/mails', who: 'mailUser' },
  ],
  '/settings/services': [{ path: '/settings/services', who: 'administrator' }],
  '/settings/services/:key': [{ path: '/settings/services/support', who: 'administrator' }],
  '/settings/services/:key/removal': [
    { path: '/settings/services/support/removal', who: 'administrator' },
  ],
  '/jobs': [
    { path: '/jobs', who: 'customer' },
    { path: '/jobs', who: 'newcomer' },
  ],
  '/jobs/:id': [
    { path: '/jobs/{job}', who: 'customer' },
    { path: '/jobs/{endedJob}', who: 'reseller' },
  ],
  '/previews/:id': [
    { path: '/previews/{preview}', who: 'customer', isPrivate: true },
    { path: '/previews/{expiredPreview}', who: 'customer', isPrivate: true },
    { path: '/previews/{appliedPreview}', who: 'customer', isPrivate: true },
    { path: '/previews/{preview}', who: 'reader', status: 404 },
  ],
  '/previews/:id/outcomes': [
    { path: '/previews/{appliedPreview}/outcomes', who: 'customer', isPrivate: true },
  ],
  '/mailbox': [{ path: '/mailbox', who: 'mailUser' }],
  '/accounts': [{ path: '/accounts', who: 'administrator' }],
  '/accounts/new': [
    { path: '/accounts/new', who: 'administrator' },
    { path: '/accounts/new', who: 'reseller' },
  ],
  '/suggestions/accounts': [],
  '/suggestions/resellers': [],
  '/suggestions/plans': [],
  '/suggestions/domains': [],
  '/suggestions/webmails': [],
  '/suggestions/mailboxes': [],
  '/suggestions/aliases': [],
  '/find': [
    { path: '/find', who: 'administrator' },
    { path: '/find?text=a', who: 'customer' },
    { path: '/find?text=nothing+like+this', who: 'mailUser' },
  ],
  '/suggestions/smtp-servers': [],
  '/suggestions/services': [],
  '/accounts/:id': [{ path: '/accounts/{customer}', who: 'administrator' }],
  '/accounts/:id/suspension': [
    { path: '/accounts/{customer}/suspension', who: 'administrator' },
    { path: '/accounts/{reseller}/suspension', who: 'administrator' },
  ],
  '/accounts/:id/acting': [{ path: '/accounts/{customer}/acting', who: 'administrator' }],
  '/accounts/:id/removal': [{ path: '/accounts/{customer}/removal', who: 'administrator' }],
  '/accounts/:id/sign-in-link': [
    { path: '/accounts/{customer}/sign-in-link', who: 'administrator' },
  ],
  '/accounts/:id/invitation': [{ path: '/accounts/{customer}/invitation', who: 'administrator' }],
  '/webmail': [{ path: '/webmail', who: 'administrator' }],
  '/imports': [],
  '/imports/domains': [{ path: '/imports/domains', who: 'administrator' }],
  '/imports/aliases': [{ path: '/imports/aliases', who: 'customer' }],
  '/imports/mailboxes': [
    { path: '/imports/mailboxes', who: 'administrator' },
    {
      path: `/imports/mailboxes?domain=${DomainName.parse(domains.longest).ascii}`,
      who: 'customer',
    },
    { path: '/imports/mailboxes?domain=unknown.example', who: 'customer', status: 404 },
  ],
  '/webmail/new': [{ path: '/webmail/new', who: 'administrator' }],
  '/webmail/:id': [{ path: '/webmail/{webmail}', who: 'administrator' }],
  '/webmail/:id/removal': [{ path: '/webmail/{webmail}/removal', who: 'administrator' }],
  '/plan': [{ path: '/plan', who: 'reseller' }],
  '/plans': [{ path: '/plans', who: 'administrator' }],
  '/plans/new': [{ path: '/plans/new', who: 'administrator' }],
  '/plans/:id': [
    { path: '/plans/{resellersPlan}', who: 'reseller' },
    { path: '/plans/{plan}', who: 'administrator' },
    { path: '/plans/{plan}', who: 'reseller', status: 404 },
  ],
  '/plans/:id/removal': [
    { path: '/plans/{resellersPlan}/removal', who: 'reseller' },
    { path: '/plans/{plan}/removal', who: 'administrator' },
  ],
  '/messages': [
    { path: '/messages', who: 'customer' },
    { path: '/messages', who: 'newcomer' },
  ],
  '/messages/:id': [
    { path: '/messages/{message}', who: 'customer' },
    { path: '/messages/{unknownMessage}', who: 'reseller' },
  ],
  '/messages/:id/sending': [{ path: '/messages/{unknownMessage}/sending', who: 'customer' }],
  '/api-tokens': [{ path: '/api-tokens', who: 'customer' }],
  '/api-tokens/new': [{ path: '/api-tokens/new', who: 'customer' }],
  '/api-tokens/:id/revocation': [
    { path: '/api-tokens/{apiToken}/revocation', who: 'customer', isPrivate: true },
  ],
  '/audit': [
    { path: '/audit', who: 'administrator' },
    { path: '/audit', who: 'newcomer' },
  ],
  '/audit/:id': [
    { path: '/audit/{act}', who: 'administrator' },
    { path: '/audit/{act}', who: 'customer' },
    { path: '/audit/{change}', who: 'customer' },
  ],
  '/removed': [
    { path: '/removed', who: 'customer' },
    { path: '/removed', who: 'newcomer' },
  ],
  '/removed/:id': [
    { path: '/removed/{removedDomain}', who: 'administrator' },
    { path: '/removed/{removedMailbox}', who: 'customer' },
  ],
  '/removed/:id/erasure': [{ path: '/removed/{removedMailbox}/erasure', who: 'customer' }],
  '/settings': [{ path: '/settings', who: 'administrator' }],
  '/preferences': [{ path: '/preferences', who: 'customer' }],
  '/preferences/password': [{ path: '/preferences/password', who: 'customer' }],
};

/** The path of an example in an installation. */
export function pathOf(
  { path }: Example,
  { ids, administrator, reseller, customer }: Sample,
): string {
  const values: Readonly<Record<string, number>> = {
    ...ids,
    administrator: administrator.id,
    reseller: reseller.id,
    customer: customer.id,
  };
  return path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const value = values[name];
    assert.ok(value !== undefined, `${path}: sample.ts has no id for ${name}`);
    return String(value);
  });
}

/** The routes whose pages `examples` must have; exports are files. */
export function pagesOf(routes: readonly Route[]): readonly string[] {
  return routes
    .filter(({ method, by, isFile }) => method === 'get' && by === 'session' && isFile !== true)
    .map(({ path }) => path);
}
