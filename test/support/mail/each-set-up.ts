import type { Knex } from 'knex';
import type { PanelDatabase } from './databases.js';
import type { MailPanel, Policy } from './panel.js';
import { rowsPanel } from './rows-panel.js';

/** Each way to set up a domain, once. */
export async function addEachSetUp({
  db,
  maps,
}: Pick<PanelDatabase, 'db' | 'maps'>): Promise<void> {
  const panel = rowsPanel(db, maps);
  await addDomains(panel);
  await addPostmasters(panel);
  await addChains(panel);
  await addRelays(panel, db);
}

async function addDomains(panel: MailPanel): Promise<void> {
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
