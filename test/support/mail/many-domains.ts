import type { Knex } from 'knex';
import { isServer } from '../../../migrations/schema.js';

/**
 * Fills a panel's database: each domain with two mailboxes and an alias, every tenth with U-labels, all policies, every
 * other with a relay.
 */
export async function createManyDomains(db: Knex, count: number): Promise<void> {
  await db('accounts').insert({
    id: 1,
    role: 'customer',
    login: 'owner',
    name: 'owner',
    email: 'owner@outside.test',
    created_at: 0,
    search_text: '',
  });
  await db.batchInsert('smtp_servers', [1, 2, 3].map(serverRow), 100);
  const ids = Array.from({ length: count }, (_, index) => index + 1);
  await db.batchInsert('domains', ids.map(domainRow), 100);
  const rows = db.batchInsert.bind(db);
  await rows(
    'mailboxes',
    ids.flatMap((id) => [boxRow(id, 'box'), boxRow(id, 'two')]),
    100,
  );
  await rows(
    'aliases',
    ids.map((id) => ({ id, domain_id: id, created_at: 0, ...address(id, 'alias') })),
    100,
  );
  await rows(
    'alias_targets',
    ids.map((id) => ({ alias_id: id, target: address(id, 'box').address })),
    100,
  );
  if (isServer(db)) {
    await db.raw(
      'ANALYZE TABLE accounts, domains, mailboxes, aliases, alias_targets, smtp_servers',
    );
  }
}

const policies = [
  { unknown_policy: 'reject' },
  { unknown_policy: 'reject', reject_text: 'Gone.', reject_reply: 'Gone.' },
  { unknown_policy: 'bounce', bounce_text: 'Gone.' },
  { unknown_policy: 'forward', forward_to: 'far@outside.test' },
  { unknown_policy: 'redirect', redirect_ip: '192.0.2.1', redirect_port: 25 },
] as const;

function serverRow(id: number): object {
  return {
    id,
    owner_id: 1,
    title: '',
    sort_title: '',
    host: `smtp${id}.relay.test`,
    port: 587,
    authentication: 'login',
    security: 'starttls',
    address: 'a@relay.test',
    signature: '',
    confirmation: id === 3 ? 'never' : 'confirmed',
    created_at: 0,
    search_text: '',
  };
}

function domainRow(id: number): object {
  const { ascii, utf8 } = names(id);
  return {
    id,
    name: ascii,
    at_name: `@${ascii}`,
    utf8_name: utf8 ?? null,
    at_utf8_name: utf8 === undefined ? null : `@${utf8}`,
    postmaster_address: `postmaster@${ascii}`,
    owner_id: 1,
    created_at: 0,
    search_text: '',
    reject_text: null,
    reject_reply: null,
    bounce_text: null,
    forward_to: null,
    redirect_ip: null,
    redirect_port: null,
    relay_id: id % 2 === 0 ? 1 + (id % 4) : null,
    ...policies[id % policies.length],
  };
}

function boxRow(id: number, localPart: string): object {
  return { domain_id: id, password_hash: '', created_at: 0, ...address(id, localPart) };
}

function address(id: number, localPart: string): { address: string; utf8_address: string | null } {
  const { ascii, utf8 } = names(id);
  return {
    address: `${localPart}@${ascii}`,
    utf8_address: utf8 === undefined ? null : `${localPart}@${utf8}`,
  };
}

/** Numbered names; the A-labels need not match the U-labels. */
function names(id: number): { ascii: string; utf8?: string } {
  return id % 10 === 0
    ? { ascii: `xn--m${id}.test`, utf8: `mü${id}.test` }
    : { ascii: `m${id}.test` };
}
