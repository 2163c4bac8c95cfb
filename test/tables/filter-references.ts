import { domains } from '../browser/sample.js';

/** A row of the database. */
export type Row = Readonly<Record<string, unknown>>;
/** Whether a filter shows a database row; `chosen` is an option, or the ID of a thing. */
type Reference = (row: Row, chosen: string | number, accounts: ReadonlyMap<number, Row>) => boolean;

const flag =
  (column: string, yes: string): Reference =>
  (row, chosen) =>
    (Number(row[column]) === 1) === (chosen === yes);
const same =
  (column: string): Reference =>
  (row, chosen) =>
    row[column] === chosen;

const within =
  (column: string): Reference =>
  (row, chosen) =>
    Date.now() - Number(row[column]) <=
    { day: 1, week: 7, month: 30 }[chosen as 'day' | 'week' | 'month'] * 24 * 60 * 60 * 1000;

const dayMs = 24 * 60 * 60 * 1000;
const dayOf = (ms: number): string => new Date(ms).toLocaleDateString('sv');
const unlimited = Infinity;

/** Ranges to try, as they are typed, with what they stand for. */
export const ranges: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  bytes: [
    ['1GB', ''],
    ['', '1,5 Go'],
    ['512 MB', '2048'],
    ['3GB', '2GB'],
  ],
  date: [
    [dayOf(Date.now() - 2 * dayMs), ''],
    ['', dayOf(Date.now() - 30 * dayMs)],
    [dayOf(Date.now() - 400 * dayMs), dayOf(Date.now())],
  ],
};

const sizes: Readonly<Record<string, number>> = {
  '1GB': 1024 ** 3,
  '1,5 Go': 1.5 * 1024 ** 3,
  '512 MB': 512 * 1024 ** 2,
  '2048': 2048 * 1024 ** 2,
  '3GB': 3 * 1024 ** 3,
  '2GB': 2 * 1024 ** 3,
};

const sizeWithin =
  (column: string): Reference =>
  (row, chosen) => {
    const [from = '', to = ''] = String(chosen).split('..');
    const bytes = Number(row[column]) === 0 ? unlimited : Number(row[column]);
    return bytes >= (sizes[from] ?? 0) && bytes <= (sizes[to] ?? unlimited);
  };
const dayWithin =
  (column: string): Reference =>
  (row, chosen) => {
    const [from = '', to = ''] = String(chosen).split('..');
    const day = dayOf(Number(row[column]));
    return day >= from && (to === '' || day <= to);
  };

/** IDs of the sample's domains, as counted by the test itself. */
export const withSuspendedMailboxes = new Set<number>();

/** What the effective outgoing limits of the sample's domains are, as the plans compute them. */
export const limitsOfDomains = new Map<number, ReadonlySet<string>>();

/** By the IDs of the sample's domains. */
export const ownersOfDomains = new Map<number, number>();

/** Groups of entries about a domain. */
export const groupsOf = new Map<string, Set<string>>();

/** What is typed into filters by a text. */
export const typed: Readonly<Record<string, readonly string[]>> = {
  as: ['morel', 'nobody'],
  domain: ['gone.example', domains.usual, 'unheard.example'],
  origin: ['192.0.2.7', 'cli'],
};

/** By list and filter: a declared filter without one fails the test. */
export const references: Readonly<Record<string, Readonly<Record<string, Reference>>>> = {
  domains: {
    owner: same('owner_id'),
    plan: (row, chosen, accounts) => accounts.get(Number(row['owner_id']))?.['plan_id'] === chosen,
    mail: flag('mail_enabled', 'on'),
    policy: same('unknown_policy'),
    outgoing: ({ relay_id: id }, chosen) => (id === null) === (chosen === 'direct'),
    relay: same('relay_id'),
    mx: same('mx'),
    webmail: same('webmail'),
    'has-webmail': ({ webmail }, chosen) => (webmail === null) === (chosen === 'no'),
    limit: ({ id }, chosen) => limitsOfDomains.get(Number(id))?.has(String(chosen)) === true,
    changed: ({ changed_at }, chosen) =>
      changed_at !== null && dayWithin('changed_at')({ changed_at }, chosen, new Map()),
    suspended: flag('suspended', 'yes'),
    mailboxes: ({ id }) => withSuspendedMailboxes.has(Number(id)),
    created: dayWithin('created_at'),
  },
  accounts: {
    role: same('role'),
    reseller: same('parent_id'),
    plan: same('plan_id'),
    status: flag('suspended', 'suspended'),
  },
  mailboxes: {
    domain: same('domain_id'),
    owner: ({ domain_id: id }, chosen) => ownersOfDomains.get(Number(id)) === chosen,
    status: flag('suspended', 'suspended'),
    protocols: ({ imap, pop3 }, chosen) =>
      chosen === (imap === 1 ? (pop3 === 1 ? 'both' : 'imap') : pop3 === 1 ? 'pop3' : 'none'),
    quota: sizeWithin('quota_bytes'),
  },
  'smtp-servers': {
    owner: same('owner_id'),
    confirmation: same('confirmation'),
    security: same('security'),
    usage: same('usage'),
  },
  webmail: {
    address: ({ address }, chosen) =>
      (typeof address === 'string' ? new URL(address).protocol : 'none:') === `${chosen}:`,
    use: ({ key }, chosen) => (key === 'roundcube') === (chosen === 'used'),
  },
  messages: {
    state: same('state'),
    account: same('owner_id'),
    server: same('server_id'),
    service: same('service'),
    period: within('created_at'),
  },
  removed: { kind: same('kind'), owner: same('owner_id') },
  jobs: { state: same('state'), period: within('created_at') },
  audit: {
    actor: same('actor_id'),
    thing: ({ action }, chosen) => String(action).split('.')[0] === chosen,
    as: same('acting_as'),
    domain: ({ group_id }, chosen) => groupsOf.get(String(chosen))?.has(String(group_id)) === true,
    origin: same('origin'),
    action: ({ action }, chosen) => new RegExp(`[.-]${chosen}$`).test(String(action)),
    period: within('at'),
  },
};
