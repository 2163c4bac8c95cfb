import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Knex } from 'knex';
import { policies } from '../../plugin/features/domain-mail/policies/index.js';
import { mailViewNames } from '../../plugin/mail-server/views.js';
import { engines } from '../support/app.js';
import { openPanelDatabase, type PanelDatabase } from '../support/mail/databases.js';
import type { MailPanel, Policy } from '../support/mail/panel.js';
import { rowsPanel } from '../support/mail/rows-panel.js';

const golden = new URL('golden/view-rows.txt', import.meta.url);

for (const engine of engines) {
  describe(`the rows of the mail views, on ${engine}`, () => {
    let database: PanelDatabase;
    before(async () => {
      database = await openPanelDatabase(engine);
      const panel = rowsPanel(database.db, database.maps);
      await fill(panel);
      await addRelays(panel, database.db);
      const known: string[] = await database.db('domains').distinct().pluck('unknown_policy');
      for (const { key } of policies) {
        assert.ok(known.includes(key), `no domain here has the policy ${key}`);
      }
    });
    after(() => database.close());

    it('equal golden/view-rows.txt (RELAIS_UPDATE_GOLDEN=1 updates it)', async () => {
      const texts: string[] = [];
      for (const view of mailViewNames) {
        texts.push(`${view}\n${(await rowsOf(database.db, view)).join('\n')}\n`);
      }
      const text = texts.join('\n');
      if (process.env['RELAIS_UPDATE_GOLDEN'] === '1') {
        writeFileSync(golden, text);
      }
      assert.equal(text, readFileSync(golden, 'utf8'));
    });
  });
}

/** A line for each row: its domain's name, then all that a mail server reads. */
async function rowsOf(db: Knex, view: string): Promise<string[]> {
  const rows: Record<string, unknown>[] = await db(view);
  const names = new Map(
    (await db<{ id: number; name: string }>('domains')).map(({ id, name }) => [id, name]),
  );
  return rows
    .map(({ domain_id: id, ...row }) => [names.get(Number(id)), ...Object.values(row)].map(told))
    .map((texts) => `  ${texts.join(' | ')}`)
    .toSorted((a, b) => (a < b ? -1 : 1));
}

/** Each hash has another salt. */
function told(value: unknown): string {
  return String(value).replace(/^\{ARGON2ID\}\$argon2id\$.*/, '{ARGON2ID}…');
}

/** Each way to set up a domain, once. */
async function fill(panel: MailPanel): Promise<void> {
  await panel.createDomain('plain.test');
  await addMembers(panel, 'plain.test');

  await addDomainWith(panel, 'text.test', { unknown: 'reject', text: 'Fermé.' });
  await addDomainWith(panel, 'bounce.test', { unknown: 'bounce', text: 'Déménagé.' });
  await addDomainWith(panel, 'forward.test', { unknown: 'forward', to: 'far+tag@outside.test' });

  await panel.createDomain('forward-off.test');
  await panel.setPolicy('forward-off.test', { unknown: 'forward', to: 'off+tag@plain.test' });
  await panel.createMailbox('box@forward-off.test', { quotaMegabytes: 0 });

  const redirect = { unknown: 'redirect', ip: '192.0.2.1', port: 2525 } as const;
  await addDomainWith(panel, 'redirect.test', redirect);
  await addDomainWith(panel, 'mü.test', { unknown: 'bounce', text: 'Weg.' });

  await panel.createDomain('off.test');
  await addMembers(panel, 'off.test');
  await panel.setMailEnabled('off.test', false);

  await panel.createDomain('held.test');
  await addMembers(panel, 'held.test');
  await panel.setDomainSuspended('held.test', true);

  await addPostmasters(panel);
  await addChains(panel);
}

async function addDomainWith(panel: MailPanel, domain: string, policy: Policy): Promise<void> {
  await panel.createDomain(domain);
  await panel.setPolicy(domain, policy);
  await addMembers(panel, domain);
}

async function addMembers(panel: MailPanel, domain: string): Promise<void> {
  await panel.createMailbox(`box@${domain}`, { quotaMegabytes: 3, pop3: false });
  await panel.createMailbox(`off@${domain}`, { imap: false, suspended: true });
  await panel.createAlias(`info@${domain}`, [`box+info@${domain}`, 'far@outside.test']);
}

async function addPostmasters(panel: MailPanel): Promise<void> {
  await panel.createDomain('own-postmaster.test', 'postmaster@own-postmaster.test');
  await panel.createDomain('boxed-postmaster.test');
  await panel.createMailbox('postmaster@boxed-postmaster.test', { quotaMegabytes: 0 });
  await panel.createDomain('held-postmaster.test');
  await panel.createMailbox('postmaster@held-postmaster.test', { suspended: true });
  await panel.createDomain('alias-postmaster.test');
  await panel.createAlias('postmaster@alias-postmaster.test', ['box@plain.test']);
}

/** Chained aliases that reach only suspended mailboxes, up to the depth that is followed. */
async function addChains(panel: MailPanel): Promise<void> {
  await panel.createDomain('chain.test');
  await panel.createAlias('one@chain.test', ['off@plain.test']);
  await panel.createAlias('two@chain.test', ['one+tag@chain.test', 'off@bounce.test']);
  await panel.createAlias('three@chain.test', ['two@chain.test']);
  await panel.createAlias('four@chain.test', ['three@chain.test']);
  await panel.createAlias('mixed@chain.test', ['one@chain.test', 'box@plain.test']);
}

/** A domain for each state of a relay, and one without. */
async function addRelays(panel: MailPanel, db: Knex): Promise<void> {
  const relays: readonly [name: string, server: object][] = [
    ['relay', {}],
    ['relay-tls', { security: 'tls', authentication: 'cram-md5', port: 465 }],
    ['relay-open', { security: 'none', authentication: 'none', host: '192.0.2.9', port: 25 }],
    ['relay-token', { authentication: 'xoauth2' }],
    ['relay-unconfirmed', { confirmation: 'never' }],
    ['relay-stranger', { owner_id: 1 }],
  ];
  for (const [name, server] of relays) {
    const domain = `${name}.test`;
    await panel.createDomain(domain);
    const row = await db<{ id: number; owner_id: number }>('domains').where('name', domain).first();
    const [id] = await db('smtp_servers').insert({
      owner_id: row?.owner_id,
      title: '',
      sort_title: '',
      host: 'smtp.relay.test',
      port: 587,
      authentication: 'login',
      security: 'starttls',
      address: 'a@relay.test',
      signature: '',
      confirmation: 'confirmed',
      created_at: 0,
      search_text: '',
      ...server,
    });
    await db('domains').where('name', domain).update({ relay_id: id });
  }
}
