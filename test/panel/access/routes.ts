import type { PersonName, RoleLetter } from './people.js';
import type { Kind } from './things.js';

/** The expectation for a route. */
export interface Expectation {
  /** The roles that may use it; everybody, signed in or not, if left out. */
  readonly may?: readonly RoleLetter[];
  /** The kind of thing in its path. */
  readonly thing?: Kind;
  /** Whether only the owner sees the thing, whatever the role. */
  readonly ownersAlone?: boolean;
  /** Whether it belongs to the installation: whoever may use the route sees it. */
  readonly everybodys?: boolean;
  /** The status for those who may use it and see the thing. */
  readonly status: number;
  readonly but?: Readonly<Partial<Record<PersonName, number>>>;
  /** The status for those who may use it but do not see the thing; 404 if left out. */
  readonly unseen?: number;
  /** A body so complete that only the person can be a reason to refuse it. */
  readonly body?: Readonly<Record<string, string>>;
}

const all: readonly RoleLetter[] = ['A', 'R', 'C', 'M'];
const owners: readonly RoleLetter[] = ['A', 'R', 'C'];
const providers: readonly RoleLetter[] = ['A', 'R'];
const administrators: readonly RoleLetter[] = ['A'];

const page = (may: readonly RoleLetter[]): Expectation => ({ may, status: 200 });
const choice = (may: readonly RoleLetter[]): Expectation => ({ may, status: 303 });
const of = (thing: Kind, may = owners): Expectation => ({ may, thing, status: 200 });
const change = (
  thing: Kind,
  body: Readonly<Record<string, string>> = {},
  may = owners,
): Expectation => ({ may, thing, status: 303, body });

/** Selects all domains that match a near or far name; the others are not found, and nothing is selected. */
const selected = (status: number, typed: Readonly<Record<string, string>> = {}): Expectation => ({
  ...change('domain', { matching: '1', query: 'q=:domain', ...typed }),
  status,
  unseen: status,
});

/** A preview, which whoever asked for it sees. */
const ofOwner: Expectation = { ...of('preview', all), ownersAlone: true };
const changeOfOwner: Expectation = { ...change('preview', {}, all), ownersAlone: true };

const password = 'nine small lamps glowing';
const mailbox = { version: '1', displayName: 'X', imap: '1' };
const targets = 'postmaster@elsewhere.example';
const server = {
  version: '1',
  title: 'X',
  host: 'smtp.elsewhere.example',
  port: '587',
  security: 'starttls',
  authentication: 'login',
  user: 'x',
  password: 'x',
  address: 'x@elsewhere.example',
  usage: 'default',
};
const webmail = { version: '1', name: ':unique', address: 'https://{domain}/mail/' };
const account = { version: '1', name: 'X', email: 'x@elsewhere.example' };

/** Every route, by its method and path. */
export const expectations: Readonly<Record<string, Expectation>> = {
  'get /': { may: all, status: 200, but: { 'mail user': 303 } },
  'get /test-message': page(administrators),
  'post /test-message': {
    may: administrators,
    status: 422,
    body: { address: 'nobody@elsewhere.example' },
  },
  'get /arrivals/:token': { status: 410 },
  'post /arrivals/:token': { status: 410 },
  'post /checklist': { may: administrators, status: 303 },
  'get /checklist/:step': { may: administrators, everybodys: true, thing: 'step', status: 200 },
  'get /sign-in': { status: 200 },
  'post /sign-in': { status: 422, body: { login: 'unknown', password: 'x' } },
  'get /sign-in/:token': { status: 303, but: { nobody: 410 } },
  'post /sign-in/:token': { status: 303, but: { nobody: 410 } },
  'get /forgotten-password': { status: 200 },
  // There is no mail server.
  'post /forgotten-password': { status: 303, body: { login: 'unknown' } },
  'get /new-password/:token': { status: 410 },
  'post /new-password/:token': { status: 410, body: { password } },
  'post /sign-out': { status: 303 },
  'post /language': { status: 303, body: { locale: 'fr' } },
  'get /confirmations/:token': { status: 410 },
  'post /confirmations/:token': { status: 410 },

  'get /domains': page(owners),
  'get /domains/export': page(owners),
  'post /domains/columns': choice(owners),
  'post /domains/searches': choice(owners),
  'post /domains/selected/mail-service-activation': selected(303),
  'post /domains/selected/mail-service-deactivation': selected(303),
  'post /domains/selected/settings': selected(303, { typed: '1', mailEnabled: 'on' }),
  'post /domains/selected/unknown-recipients': selected(303, { typed: '1', policy: 'reject' }),
  'post /domains/selected/outgoing-mail': selected(303, { typed: '1', relay: '' }),
  'post /domains/selected/webmail': selected(303, { typed: '1', webmail: '' }),
  'get /domains/new': page(providers),
  'post /domains/new': {
    may: providers,
    status: 303,
    but: { 'other reseller': 422 },
    body: { name: ':unique.example', owner: 'near-mark', locale: 'en' },
  },
  'get /domains/:domain': { ...of('domain'), status: 303 },
  'get /domains/:domain/removal': of('domain', providers),
  'post /domains/:domain/removal': change('domain', { confirmation: ':domain' }, providers),
  'get /domains/:domain/mail-settings': of('domain'),
  'post /domains/:domain/mail-settings': change('domain', {
    version: '1',
    policy: 'reject',
    mailEnabled: '1',
  }),
  'get /domains/:domain/mail-settings/relays': of('domain'),
  'get /domains/:domain/mail-exchangers': of('domain'),
  'get /domains/:domain/trial': of('domain'),

  'get /domains/:domain/mailboxes': of('domain'),
  'get /domains/:domain/mailboxes/export': of('domain'),
  'post /domains/:domain/mailboxes/columns': change('domain'),
  'post /domains/:domain/mailboxes/searches': change('domain'),
  'get /domains/:domain/mailboxes/new': of('domain'),
  'post /domains/:domain/mailboxes/new': change('domain', { address: 'x', password }),
  'get /domains/:domain/mailboxes/:id': of('mailbox'),
  'post /domains/:domain/mailboxes/:id': change('mailbox', mailbox),
  'get /domains/:domain/mailboxes/:id/suspension': of('mailbox'),
  'post /domains/:domain/mailboxes/:id/suspension': change('mailbox', { confirmed: '1' }),
  'post /domains/:domain/mailboxes/:id/suspension/end': change('mailbox'),
  'get /domains/:domain/mailboxes/:id/removal': of('mailbox'),
  'post /domains/:domain/mailboxes/:id/removal': change('mailbox', { expected: '1;;' }),

  'get /domains/:domain/aliases': of('domain'),
  'get /domains/:domain/aliases/export': of('domain'),
  'post /domains/:domain/aliases/columns': change('domain'),
  'post /domains/:domain/aliases/searches': change('domain'),
  'get /domains/:domain/aliases/new': of('domain'),
  'post /domains/:domain/aliases/new': change('domain', { address: 'x', targets }),
  'get /domains/:domain/aliases/:id': of('alias'),
  'post /domains/:domain/aliases/:id': change('alias', {
    version: '1',
    address: ':unique',
    targets,
  }),
  'get /domains/:domain/aliases/:id/removal': of('alias'),
  'post /domains/:domain/aliases/:id/removal': change('alias', { expected: '1;;' }),

  'get /mailbox': page(['M']),
  'post /mailbox/password': { may: ['M'], status: 422, body: { current: 'x', password } },

  'get /smtp-servers': page(owners),
  'get /smtp-servers/export': page(owners),
  'post /smtp-servers/columns': choice(owners),
  'post /smtp-servers/searches': choice(owners),
  // Nothing outside of the scope can be selected, so nothing is removed.
  'post /smtp-servers/selected/removal': {
    ...change('server', { ids: ':id', confirmed: '1' }),
    unseen: 303,
  },
  'get /smtp-servers/new': page(owners),
  'post /smtp-servers/new': { may: owners, status: 303, body: server },
  'get /smtp-servers/preview': page(owners),
  'post /smtp-servers/preview': page(owners),
  'get /smtp-servers/:id': of('server'),
  'post /smtp-servers/:id': change('server', server),
  'get /smtp-servers/:id/removal': of('server'),
  'post /smtp-servers/:id/removal': change('server'),
  'get /smtp-servers/:id/confirmation': of('server'),
  // The server cannot be reached.
  'post /smtp-servers/:id/confirmation': of('server'),
  'get /smtp-servers/:id/trial': of('server'),
  'post /smtp-servers/:id/trial': of('server'),

  'get /messages': page(owners),
  'get /messages/export': page(owners),
  'post /messages/columns': choice(owners),
  'post /messages/searches': choice(owners),
  'get /messages/:id': of('queued message'),
  'post /messages/:id/cancellation': change('queued message'),
  'get /messages/:id/sending': of('failed message'),
  'post /messages/:id/sending': change('failed message'),

  'get /api-tokens': page(owners),
  'get /api-tokens/export': page(owners),
  'post /api-tokens/columns': choice(owners),
  'post /api-tokens/searches': choice(owners),
  'get /api-tokens/new': page(owners),
  'post /api-tokens/new': {
    may: owners,
    status: 200,
    body: { title: 'X', 'scope.messages.send': '1' },
  },
  'get /api-tokens/:id/revocation': { ...of('token'), ownersAlone: true },
  'post /api-tokens/:id/revocation': { ...change('token'), ownersAlone: true },

  'get /exports/:id': { ...of('export', all), ownersAlone: true },
  'post /exports/:id/cancellation': { ...change('export', {}, all), ownersAlone: true },

  'get /previews/:id': ofOwner,
  'post /previews/:id/columns': changeOfOwner,
  'post /previews/:id/searches': changeOfOwner,
  'get /previews/:id/export': ofOwner,
  'get /previews/:id/outcomes': ofOwner,
  'post /previews/:id/outcomes/columns': changeOfOwner,
  'post /previews/:id/outcomes/searches': changeOfOwner,
  'get /previews/:id/outcomes/export': ofOwner,
  'post /previews/:id/application': changeOfOwner,
  'post /previews/:id/repetition': changeOfOwner,

  'get /jobs': page(owners),
  'get /jobs/export': page(owners),
  'post /jobs/columns': choice(owners),
  'post /jobs/searches': choice(owners),
  'get /jobs/:id': of('job'),
  'post /jobs/:id/cancellation': change('job'),

  'get /accounts': page(providers),
  'get /accounts/export': page(providers),
  'post /accounts/columns': choice(providers),
  'post /accounts/searches': choice(providers),
  'get /suggestions/accounts': page(providers),
  'get /suggestions/resellers': page(providers),
  'get /suggestions/plans': page(providers),
  'get /suggestions/domains': page(owners),
  'get /suggestions/mailboxes': page(owners),
  'get /suggestions/aliases': page(owners),
  'get /find': page(all),
  'get /suggestions/smtp-servers': page(owners),
  'get /suggestions/services': page(owners),
  'get /accounts/new': page(providers),
  'post /accounts/new': {
    may: providers,
    status: 200,
    body: { ...account, login: ':unique', access: 'link' },
  },
  'get /accounts/:id': of('account', providers),
  'post /accounts/:id': change('account', account, providers),
  'get /accounts/:id/suspension': of('account', providers),
  'post /accounts/:id/suspension': change('account', {}, providers),
  'post /accounts/:id/suspension/end': change('account', {}, providers),
  'get /accounts/:id/removal': of('account', providers),
  'post /accounts/:id/removal': change('account', {}, providers),
  'get /accounts/:id/sign-in-link': { ...of('account', providers), status: 303 },
  'post /accounts/:id/sign-in-link': of('account', providers),
  'get /accounts/:id/invitation': { ...of('account', providers), status: 303 },
  'post /accounts/:id/invitation': of('account', providers),
  'get /accounts/:id/acting': of('account', providers),
  'post /acting': { ...change('account', { account: ':id' }, providers) },
  'post /acting/end': { may: all, status: 303 },

  'get /plan': page(['R']),
  'get /plans': page(administrators),
  'get /plans/export': page(administrators),
  'post /plans/columns': choice(administrators),
  'post /plans/searches': choice(administrators),
  'get /plans/new': page(administrators),
  'post /plans/new': { may: administrators, status: 303, body: { name: ':unique' } },
  'get /plans/:id': { ...of('plan', administrators), everybodys: true },
  'post /plans/:id': {
    ...change('plan', { version: '1', name: ':unique' }, administrators),
    everybodys: true,
  },
  'get /plans/:id/removal': { ...of('plan', administrators), everybodys: true },
  'post /plans/:id/removal': { ...change('plan', {}, administrators), everybodys: true },

  'get /settings': page(administrators),
  // The request lacks the version of the page.
  'post /settings': { may: administrators, status: 409 },
  'get /settings/panel-mail': page(administrators),
  // The request lacks the version of the page.
  'post /settings/panel-mail': { may: administrators, status: 409, body: { way: 'none' } },
  'get /settings/panel-mail/trial': page(administrators),
  // Nothing is chosen.
  'post /settings/panel-mail/trial': {
    may: administrators,
    status: 409,
    body: { to: 'anna@elsewhere.test' },
  },
  'get /settings/services': page(administrators),
  'post /settings/services': {
    may: administrators,
    status: 303,
    body: { key: 'x', nameEn: 'X', nameFr: 'X' },
  },
  'get /settings/services/:key': { ...of('service', administrators), everybodys: true },
  'post /settings/services/:key': {
    ...change('service', { nameEn: 'X', nameFr: 'X' }, administrators),
    everybodys: true,
  },
  'get /settings/services/:key/removal': { ...of('service', administrators), everybodys: true },
  'post /settings/services/:key/removal': {
    ...change('service', {}, administrators),
    everybodys: true,
  },

  'get /webmail': page(administrators),
  'get /webmail/export': page(administrators),
  'post /webmail/columns': choice(administrators),
  'post /webmail/searches': choice(administrators),
  'post /webmail/selected/removal': {
    may: administrators,
    status: 303,
    body: { ids: '999999999', confirmed: '1' },
  },
  'get /webmail/new': page(administrators),
  'post /webmail/new': { may: administrators, status: 303, body: webmail },
  'get /webmail/:id': { ...of('webmail', administrators), everybodys: true },
  'post /webmail/:id': { ...change('webmail', webmail, administrators), everybodys: true },
  'get /webmail/:id/removal': { ...of('webmail', administrators), everybodys: true },
  'post /webmail/:id/removal': { ...change('webmail', {}, administrators), everybodys: true },

  'get /audit': page(owners),
  'get /audit/export': page(owners),
  'post /audit/columns': choice(owners),
  'post /audit/searches': choice(owners),
  'get /audit/:id': of('act'),
  'get /audit/:id/export': of('act'),
  'post /audit/:id/columns': change('act'),
  'post /audit/:id/searches': change('act'),
  'post /audit/:id/undo': change('act'),

  'get /preferences': page(all),
  'post /preferences': { may: all, status: 303, body: account },
  'post /preferences/appearance': { may: all, status: 303, body: { theme: 'dark' } },
  'get /preferences/mails': page(all),
  'post /preferences/mails': { may: all, status: 303 },
  'get /preferences/password': { ...page(all), but: { 'mail user': 303 } },
  'post /preferences/password': {
    may: all,
    status: 303,
    but: { 'mail user': 403 },
    body: { current: '', password },
  },
};
