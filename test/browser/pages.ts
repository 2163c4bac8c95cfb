import { DomainName } from '../../plugin/addresses/index.js';
import type { Route } from '../../plugin/web/route-table.js';
import type { Who } from './site.js';
import { domains } from './sample.js';

/** A page to look at. */
export interface Example {
  readonly path: string;
  /** `visitor` has not signed in. */
  readonly who: Who | 'visitor';
  /** Beside success. */
  readonly status?: number;
}

const named = (domain: string): string => `/domains/${DomainName.parse(domain).ascii}`;
const settingsOf = (...names: readonly string[]): Example[] =>
  names.map((name) => ({ path: `${named(name)}/mail-settings`, who: 'customer' }));

/** For each route that answers with a page, what there is to see. Routes that only lead elsewhere have none. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  '/': [],
  '/sign-in': [{ path: '/sign-in', who: 'visitor' }],
  '/sign-in/:token': [{ path: '/sign-in/used', who: 'visitor', status: 410 }],
  '/domains': [
    { path: '/domains', who: 'administrator' },
    { path: '/domains?q=nothing+like+this', who: 'administrator' },
    { path: '/domains', who: 'newcomer' },
  ],
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
  '/domains/:domain/mail-exchangers': [
    { path: `${named(domains.usual)}/mail-exchangers`, who: 'customer' },
    { path: `${named(domains.off)}/mail-exchangers`, who: 'customer' },
    { path: `${named(domains.forward)}/mail-exchangers`, who: 'customer' },
  ],
};

/** The routes that somebody can open, whose pages `examples` must have. */
export function pagesOf(routes: readonly Route[]): readonly string[] {
  return routes.filter(({ method }) => method === 'get').map(({ path }) => path);
}
