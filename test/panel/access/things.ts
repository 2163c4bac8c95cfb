import { DomainName } from '../../../plugin/addresses/index.js';
import { parseNewService } from '../../../plugin/features/smtp-servers/service-forms.js';
import { newAliasForm, newMailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import { noResult } from '../../../plugin/jobs/job.js';
import { parseForm } from '../../../plugin/web/forms.js';
import type { TestApp } from '../../support/app.js';
import { addEntries } from '../../support/entries.js';
import { addConfirmedServer } from '../../support/confirmed-server.js';
import { addAccount, addDomain } from '../../support/fixtures.js';

/** Whose things they are: a customer of either reseller. Their names contain `near` or `far`. */
export type Side = 'near' | 'far';

export interface Owner {
  readonly login: string;
  readonly accountId: number;
  readonly resellerId: number;
  readonly domain: string;
}

/** Values of a path's parameters, such as `{ ':domain': 'near.example', ':id': '7' }`. */
export type Parameters = Readonly<Record<string, string>>;

/** Makes new things of a kind for an owner, for a test to change. */
export class Things {
  readonly #app: TestApp;
  readonly #owners: Readonly<Record<Side, Owner>>;
  #count = 0;

  constructor(app: TestApp, owners: Readonly<Record<Side, Owner>>) {
    this.#app = app;
    this.#owners = owners;
  }

  async make(kind: Kind, side: Side): Promise<Parameters> {
    this.#count += 1;
    const name = `${side}-mark-${this.#count}`;
    return await makers[kind]({ app: this.#app, owner: this.#owners[side], name });
  }
}

interface Making {
  readonly app: TestApp;
  readonly owner: Owner;
  /** Of the new thing. */
  readonly name: string;
}

type Maker = (making: Making) => Promise<Parameters>;

const password = 'seven tall herons wading';

const makers = {
  domain: async ({ app, owner, name }) => {
    const domain = `${name}.example`;
    await addDomain(app, domain, owner.login);
    return { ':domain': domain };
  },
  mailbox: async ({ app, owner: { domain }, name }) => {
    const form = parseForm(newMailboxForm(DomainName.parse(domain)), { address: name, password });
    const id = await app.features.mailboxes.create(app.operator, domain, form);
    return { ':domain': domain, ':id': String(id) };
  },
  removal: async ({ app, owner: { domain }, name }) => {
    const typed = { address: name, targets: 'postmaster@elsewhere.example' };
    const form = parseForm(newAliasForm(DomainName.parse(domain)), typed);
    const { aliases } = app.features;
    const id = await aliases.create(app.operator, domain, form);
    await aliases.remove(app.operator, domain, id);
    return { ':id': String(await aliases.removedAs(id)) };
  },
  alias: async ({ app, owner: { domain }, name }) => {
    const typed = { address: name, targets: 'postmaster@elsewhere.example' };
    const form = parseForm(newAliasForm(DomainName.parse(domain)), typed);
    const id = await app.features.aliases.create(app.operator, domain, form);
    return { ':domain': domain, ':id': String(id) };
  },
  account: async ({ app, owner, name }) => ({
    ':id': String(await addAccount(app, name, { parentId: owner.resellerId })),
  }),
  plan: async ({ app, owner, name }) =>
    await inserted(app, 'plans', {
      name,
      sort_name: name,
      permissions: '[]',
      webmails: '[]',
      owner_id: owner.resellerId,
      // Within those of any reseller.
      max_messages: 1,
      max_message_bytes: 1,
      max_smtp_servers: 1,
    }),
  webmail: async ({ app, name }) =>
    await inserted(app, 'webmails', {
      key: name,
      name,
      sort_name: name,
      created_at: 0,
      search_text: name,
    }),
  service: async ({ app, name }) => {
    const key = name.replaceAll('-', '');
    const service = parseNewService({ key, nameEn: key, nameFr: key });
    await app.features.sendingServices.create(app.operator, service);
    return { ':key': key };
  },
  server: async ({ app, owner, name }) => {
    const fields = { title: name, host: 'smtp.elsewhere.example' };
    return { ':id': String(await addConfirmedServer(app, owner.domain, fields)) };
  },
  'queued message': async (making) => await insertMessage(making, 'queued'),
  'failed message': async (making) => await insertMessage(making, 'failed'),
  token: async ({ app, owner, name }) =>
    await inserted(app, 'api_tokens', {
      owner_id: owner.accountId,
      title: name,
      sort_title: name,
      token_hash: name,
      scopes: 'messages.send',
      created_at: 0,
    }),
  job: insertJob,
  act: async ({ app, owner, name }) => {
    const { accountId: owner_id, resellerId: reseller_id } = owner;
    await addEntries(app.db, [
      {
        action: 'domain-mail.changed',
        subject: name,
        group_id: name,
        owner_id,
        reseller_id,
      },
    ]);
    const act = await app.db.knex('audit_acts').where({ group_id: name }).first('id');
    return { ':id': String(act.id) };
  },
  preview: insertPreview,
  'plan of a program': async (making) => await insertPlan(making, null),
  'import of a program': insertImport,
  'job of a program': async (making) => {
    const job = await insertJob(making);
    await insertPlan(making, Number(job[':id']));
    return job;
  },
  step: async () => ({ ':step': 'exchangers' }),
  export: async ({ app, owner, name }) => {
    const id = `export-of-${name}-00`;
    await app.db.knex('exports').insert({
      id,
      account_id: owner.accountId,
      list: 'domains',
      format: 'csv',
      state: 'done',
      rows_done: 0,
      rows_total: 1,
      updated_at: Date.now(),
    });
    return { ':id': id };
  },
} satisfies Readonly<Record<string, Maker>>;

export type Kind = keyof typeof makers;

/** A preview of one domain. */
async function insertPlan(making: Making, jobId: number | null): Promise<Parameters> {
  const { app, name } = making;
  const made = await insertPreview(making);
  const preview_id = Number(made[':id']);
  await app.db
    .knex('previews')
    .where({ id: preview_id })
    .update({ action: 'domains.settings', job_id: jobId });
  const common = { preview_id, digest: name, kind: 'will-change', is_alike: false, row_count: 1 };
  await app.db.knex('preview_classes').insert({ ...common, number: 1 });
  const row = { preview_id, row_id: 1, version: 1, class: 1, name, sort_name: name };
  await app.db.knex('preview_rows').insert(row);
  return made;
}

/** A preview of a file of mailboxes. */
async function insertImport(making: Making): Promise<Parameters> {
  const { app, owner } = making;
  const made = await insertPlan(making, null);
  const at = Date.now();
  const file = await inserted(app, 'imports', {
    kind: 'mailboxes',
    account_id: owner.accountId,
    actor_id: owner.accountId,
    changes: false,
    columns: '["address"]',
    unknown: '[]',
    created_at: at,
    kept_until: at + 3_600_000,
  });
  await app.db
    .knex('previews')
    .where({ id: Number(made[':id']) })
    .update({
      action: 'imports.mailboxes',
      wanted: JSON.stringify({ import: Number(file[':id']) }),
    });
  return made;
}

async function insertPreview({ app, owner, name }: Making): Promise<Parameters> {
  const at = Date.now();
  return await inserted(app, 'previews', {
    action: 'smtp-servers.remove',
    thing: 'smtp-server',
    account_id: owner.accountId,
    actor_id: owner.accountId,
    scope: JSON.stringify({ kind: 'owner', accountId: owner.accountId }),
    wanted: 'null',
    selection: JSON.stringify({ kind: 'rows', ids: [] }),
    list: `/smtp-servers?q=${name}`,
    is_counted: 1,
    created_at: at,
    expires_at: at + 3_600_000,
    kept_until: at + 3_600_000,
  });
}

async function insertJob({ app, owner, name }: Making): Promise<Parameters> {
  const at = Date.now();
  return await inserted(app, 'jobs', {
    kind: name,
    title_key: `jobs.${name}`,
    owner_id: owner.accountId,
    reseller_id: owner.resellerId,
    actor: owner.login,
    origin: '198.51.100.7',
    group_id: name,
    payload: '{}',
    total: 1,
    result: JSON.stringify(noResult),
    state: 'queued',
    next_attempt_at: at,
    created_at: at,
  });
}

async function insertMessage(
  { app, owner, name }: Making,
  state: 'queued' | 'failed',
): Promise<Parameters> {
  return await inserted(app, 'messages', {
    owner_id: owner.accountId,
    reseller_id: owner.resellerId,
    service: 'sales',
    subject: name,
    message_id: `${name}@elsewhere.example`,
    fingerprint: '',
    state,
    has_content: 1,
    created_at: Date.now(),
    expires_at: Date.now() + 3_600_000,
    search_text: name,
  });
}

async function inserted(app: TestApp, table: string, row: object): Promise<Parameters> {
  const [id] = await app.db.knex(table).insert(row);
  return { ':id': String(id) };
}

/** Values that name nothing of any kind. */
export const absent: Parameters = {
  ':domain': 'absent.example',
  ':id': '999999999',
  ':key': 'absent',
  ':token': 'absent',
};
