import { DomainName } from '../../plugin/addresses/index.js';
import type { App } from '../../plugin/app.js';
import type { DomainRow } from '../../plugin/panel/directory/domain.js';
import { namesOf } from '../../plugin/panel/directory/domain-store.js';
import { plannedOf } from '../../plugin/panel/standalone/plans/planned.js';
import { foldText } from '../../plugin/database/fold-text.js';
import { type JobIds, fillJobs } from './job-sample.js';
import { type LogIds, fillLog } from './log-sample.js';
import { type PreviewIds, fillPreviews } from './preview-sample.js';
import { type RemovedIds, fillRemoved } from './removed-sample.js';
import { type OutboxIds, fillOutbox } from './outbox-sample.js';
import { type SmtpIds, fillSmtpServers } from './smtp-sample.js';
import { giveWebmailAddresses } from '../support/fixtures.js';
import { hashPassword } from '../../plugin/secrets/passwords.js';

/** Accounts that view the pages, each with a purpose. */
export interface Sample {
  readonly administrator: Owner;
  readonly reseller: Owner;
  /** Can change everything that a plan can permit. */
  readonly customer: Owner;
  /** Has a plan without permissions and webmails. */
  readonly reader: Owner;
  /** Owns nothing. */
  readonly newcomer: Owner;
  /** The mail user of the first mailbox of `domains.usual`. */
  readonly mailUser: Owner;
  /** IDs for the paths of pages. */
  readonly ids: Readonly<
    Record<'plan' | 'resellersPlan' | 'mailbox' | 'alias' | 'webmail', number>
  > &
    SmtpIds &
    LogIds &
    OutboxIds &
    JobIds &
    PreviewIds &
    RemovedIds;
}

interface Owner {
  readonly id: number;
  readonly login: string;
  readonly name: string;
}

/** The longest possible name (RFC 1035 §2.3.4) with the longest labels, last in the list. */
const longestDomain = `${['x', 'y', 'z']
  .map((letter) => `${letter}-name-without-an-end-`.padEnd(63, letter))
  .join('.')}.${'o'.repeat(53)}.example`;

/** Domains by purpose. */
export const domains = {
  usual: 'boulangerie-morel.example',
  bounce: 'cabinet-lefevre.example',
  forward: 'garage-du-port.example',
  redirect: 'imprimerie-duval.example',
  off: 'librairie-des-halles.example',
  suspended: 'pizzeria-napoli.example',
  international: 'bücher.example',
  readOnly: 'lecture-seule.example',
  /** For tests to change. */
  changed: [
    'essai-un.example',
    'essai-deux.example',
    'essai-trois.example',
    'essai-quatre.example',
  ],
  longest: longestDomain,
} as const;

export const password = 'a password for the sample';

/** An installation with an example of everything, inserted directly: through pages it would take minutes. */
export async function fillSample(app: App): Promise<Sample> {
  await giveWebmailAddresses(app);
  const plans = await insertPlans(app);
  const add = (role: string, login: string, name: string, more: object = {}): Promise<Owner> =>
    insertAccount(app, { role, login, name, ...more });

  const administrator = await add('administrator', 'camille', 'Camille Laurent', {
    password_hash: await hashPassword(password),
  });
  const reseller = await add('reseller', 'atelier-web', 'Atelier Web');
  const customer = await add('customer', 'morel', 'Hélène Morel', {
    parent_id: reseller.id,
    plan_id: plans.business,
  });
  const reader = await add('customer', 'lecture', 'Association Lecture', { plan_id: plans.basic });
  const newcomer = await add('customer', 'nouveau', 'Nouveau Client', { plan_id: plans.business });
  const others = [
    await add('customer', 'dupont', 'Dupont & Fils', { plan_id: plans.business }),
    await add('customer', 'nordwind', 'Nordwind GmbH', { plan_id: plans.business }),
    await add('customer', 'hughes', 'Hughes Consulting', { plan_id: plans.basic }),
  ];

  const owned = { reseller_id: reseller.id, webmail: 'roundcube' };
  const rows = [
    domainRow(domains.usual, customer, {
      ...owned,
      reject_text: 'Adresse inconnue : voir notre site.',
    }),
    domainRow(domains.bounce, customer, {
      ...owned,
      unknown_policy: 'bounce',
      bounce_text: 'Cette adresse n’existe plus. Appelez le 01 23 45 67 89.',
    }),
    domainRow(domains.forward, customer, {
      ...owned,
      unknown_policy: 'forward',
      forward_to: 'accueil@garage-du-port.example',
    }),
    domainRow(domains.redirect, customer, {
      ...owned,
      unknown_policy: 'redirect',
      redirect_ip: '198.51.100.25',
      redirect_port: 25,
    }),
    domainRow(domains.off, customer, { ...owned, mail_enabled: 0 }),
    domainRow(domains.suspended, customer, { ...owned, suspended: 1 }),
    domainRow(domains.international, customer, owned),
    domainRow(domains.longest, customer, owned),
    domainRow(domains.readOnly, reader),
    ...domains.changed.map((name) => domainRow(name, customer, owned)),
    ...manyDomains(others),
  ];
  await app.db.knex.batchInsert(
    'domains',
    rows.map((row, index) => ({ ...row, created_at: firstDay + index * 3 * dayMs })),
  );
  const { mailbox, alias } = await insertMailboxesAndAliases(app);
  const mailUser = await add('mail-user', `accueil@${domains.usual}`, 'Accueil', {
    mailbox_id: mailbox,
  });
  const ids = {
    plan: plans.business,
    resellersPlan: await insertResellersPlan(app, reseller.id),
    mailbox,
    alias,
    webmail: 1,
    ...(await fillSmtpServers(app)),
    ...(await fillOutbox(app, customer, reseller)),
    ...(await fillJobs(app, customer, reseller)),
    ...(await fillLog(app, customer, reseller, domains.changed)),
    ...(await fillRemoved(app, customer, reseller)),
    ...(await fillPreviews(app, customer.id)),
  };
  return { administrator, reseller, customer, reader, newcomer, mailUser, ids };
}

const dayMs = 24 * 3600 * 1000;
const firstDay = Date.UTC(2024, 2, 4, 9, 30);

async function insertPlans(app: App): Promise<{ business: number; basic: number }> {
  const [business] = await app.db.knex('plans').insert({
    name: 'Business',
    sort_name: 'business',
    permissions: JSON.stringify(plannedOf(app.manifest.permissions)),
    webmails: JSON.stringify(['roundcube', 'sogo']),
    max_mailboxes: 50,
    max_aliases: 100,
    max_quota_bytes: 10 * 1024 ** 3,
  });
  const [basic] = await app.db
    .knex('plans')
    .insert({ name: 'Basic', sort_name: 'basic', permissions: '[]', webmails: '[]' });
  return { business: Number(business), basic: Number(basic) };
}

async function insertResellersPlan(app: App, resellerId: number): Promise<number> {
  const [id] = await app.db.knex('plans').insert({
    name: 'Atelier Découverte',
    sort_name: 'atelier decouverte',
    owner_id: resellerId,
    permissions: JSON.stringify(['domain-mail.change', 'mailboxes.manage']),
    webmails: JSON.stringify(['roundcube']),
    max_domains: 1,
    max_mailboxes: 5,
    max_aliases: 10,
    max_quota_bytes: 1024 ** 3,
    domain_per_hour: 50,
  });
  return Number(id);
}

async function insertAccount(
  app: App,
  account: { readonly role: string; readonly login: string; readonly name: string },
): Promise<Owner> {
  const { login, name } = account;
  const email = `${login}@provider.example`;
  const [id] = await app.db.knex('accounts').insert({
    ...account,
    email,
    created_at: firstDay,
    search_text: foldText(`${login} ${name} ${email}`),
  });
  return { id: Number(id), login, name };
}

/** A batch inserts the same columns for every row, so each row has all of them. */
function domainRow(name: string, owner: Owner, more: Partial<DomainRow> = {}): Partial<DomainRow> {
  const names = namesOf(DomainName.parse(name));
  return {
    ...names,
    owner_id: owner.id,
    reseller_id: null,
    locale: 'fr',
    suspended: 0,
    mail_enabled: 1,
    unknown_policy: 'reject',
    reject_text: null,
    bounce_text: null,
    forward_to: null,
    redirect_ip: null,
    redirect_port: null,
    webmail: null,
    search_text: foldText(`${names.name} ${names.utf8_name ?? ''} ${owner.name}`),
    ...more,
  };
}

const trades = 'atelier bureau clinique domaine ecole ferme garage hotel institut jardin'.split(
  ' ',
);
const places =
  'amiens brest calais dijon evreux fougeres grenoble honfleur lille metz nantes orleans'.split(
    ' ',
  );

/** More than two pages. */
function manyDomains(owners: readonly Owner[]): Partial<DomainRow>[] {
  return trades.flatMap((trade, i) =>
    places.flatMap((place, j) => {
      const owner = owners[(i + j) % owners.length];
      const enabled = Number((i * places.length + j) % 9 !== 4);
      return owner
        ? [domainRow(`${trade}-${place}.example`, owner, { mail_enabled: enabled })]
        : [];
    }),
  );
}

async function insertMailboxesAndAliases(app: App): Promise<{ mailbox: number; alias: number }> {
  const rows = await app.db
    .knex<DomainRow>('domains')
    .select('id', 'name')
    .whereNot({ name: longestDomain })
    .orderBy('id')
    .limit(60);
  const names = ['accueil', 'contact', 'direction', 'helene.morel', 'comptabilite', 'commandes'];
  await app.db.knex.batchInsert(
    'mailboxes',
    rows.flatMap(({ id, name }) =>
      names.slice(0, 1 + (id % names.length)).map((local) => ({
        domain_id: id,
        address: `${local}@${name}`,
        password_hash: 'x',
        quota_bytes: 2 * 1024 ** 3,
        created_at: firstDay,
      })),
    ),
    50,
  );
  for (const { id, name } of rows.slice(0, 8)) {
    const [alias] = await app.db
      .knex('aliases')
      .insert({ domain_id: id, address: `bonjour@${name}`, created_at: firstDay });
    await app.db
      .knex('alias_targets')
      .insert({ alias_id: Number(alias), target: `accueil@${name}` });
  }
  const idOf = async (table: string, address: string): Promise<number> => {
    const row = await app.db
      .knex<{ id: number; address: string }>(table)
      .where({ address })
      .first();
    return row?.id ?? 0;
  };
  return {
    mailbox: await idOf('mailboxes', `accueil@${domains.usual}`),
    alias: await idOf('aliases', `bonjour@${domains.usual}`),
  };
}
