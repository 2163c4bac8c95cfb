import { hash } from '@node-rs/argon2';
import type { Knex } from 'knex';
import { DomainName, EmailAddress } from '../../../plugin/addresses/index.js';
import type { MailMaps } from '../../../plugin/mail-server/mail-maps.js';
import { shortenedReplyText } from '../../../plugin/mail-server/reply-text.js';
import { type MailboxSettings, type MailPanel, type Policy, usualPassword } from './panel.js';

/** A panel that writes rows directly. */
export function rowsPanel(db: Knex, maps: MailMaps): MailPanel {
  const change = async (
    domain: string,
    work: (tx: Knex.Transaction, domainId: number) => Promise<unknown>,
  ): Promise<void> => {
    await db.transaction(async (tx) => {
      const row = await tx<{ id: number; name: string }>('domains')
        .where('name', DomainName.parse(domain).ascii)
        .first('id');
      const domainId = row?.id ?? 0;
      await work(tx, domainId);
      await maps.note(tx, { ids: [domainId], rows: [] });
    });
    await maps.copyChanges();
  };
  const setDomain = async (domain: string, values: object): Promise<void> => {
    await change(domain, (tx, id) => tx('domains').where({ id }).update(values));
  };

  return {
    async createDomain(name, ownerEmail = 'owner@outside.test') {
      await createDomain(db, DomainName.parse(name), ownerEmail);
      await setDomain(name, { mail_enabled: true });
    },
    setPolicy: (domain, policy) => setDomain(domain, policyColumns(policy)),
    setMailEnabled: (domain, enabled) => setDomain(domain, { mail_enabled: enabled }),
    setRelay: (domain, serverId) => setDomain(domain, { relay_id: serverId ?? null }),
    setDomainSuspended: (domain, suspended) => setDomain(domain, { suspended }),
    removeDomain: (domain) => change(domain, (tx, id) => tx('domains').where({ id }).delete()),

    async createMailbox(address, settings = {}) {
      const values = await mailboxColumns({ password: usualPassword, ...settings });
      await change(at(address)[0], (tx, domainId) =>
        tx('mailboxes').insert({ domain_id: domainId, ...identity(address), ...values }),
      );
    },
    async setMailbox(address, settings) {
      const values = await mailboxColumns(settings);
      const [domain, ascii] = at(address);
      await change(domain, (tx) => tx('mailboxes').where('address', ascii).update(values));
    },
    async removeMailbox(address) {
      const [domain, ascii] = at(address);
      await change(domain, (tx) => tx('mailboxes').where('address', ascii).delete());
    },

    createAlias: (address, targets) =>
      change(at(address)[0], async (tx, domainId) => {
        const [aliasId] = await tx('aliases').insert({ domain_id: domainId, ...identity(address) });
        await tx('alias_targets').insert(
          targets.map((target) => ({ alias_id: aliasId, target: at(target)[1] })),
        );
      }),
    async removeAlias(address) {
      const [domain, ascii] = at(address);
      await change(domain, (tx) => tx('aliases').where('address', ascii).delete());
    },
  };
}

async function createDomain(db: Knex, { ascii, utf8 }: DomainName, email: string): Promise<void> {
  const [ownerId] = await db('accounts').insert({
    role: 'customer',
    login: `owner of ${ascii}`,
    name: ascii,
    email,
    created_at: 0,
    search_text: '',
  });
  await db('domains').insert({
    name: ascii,
    at_name: `@${ascii}`,
    utf8_name: utf8 ?? null,
    at_utf8_name: utf8 === undefined ? null : `@${utf8}`,
    postmaster_address: `postmaster@${ascii}`,
    owner_id: ownerId,
    created_at: 0,
    search_text: '',
  });
}

function at(address: string): [domain: string, ascii: string] {
  const parsed = EmailAddress.parse(address);
  return [parsed.domain.ascii, parsed.toString()];
}

function identity(address: string): object {
  const parsed = EmailAddress.parse(address);
  return { address: parsed.toString(), utf8_address: parsed.utf8 ?? null, created_at: 0 };
}

function policyColumns(policy: Policy): object {
  return {
    unknown_policy: policy.unknown,
    reject_text: policy.unknown === 'reject' ? (policy.text ?? null) : null,
    reject_reply:
      policy.unknown === 'reject' ? shortenedReplyText(policy.text ?? '') || null : null,
    bounce_text: policy.unknown === 'bounce' ? policy.text : null,
    forward_to: policy.unknown === 'forward' ? policy.to : null,
    redirect_ip: policy.unknown === 'redirect' ? policy.ip : null,
    redirect_port: policy.unknown === 'redirect' ? policy.port : null,
  };
}

async function mailboxColumns({
  password,
  quotaMegabytes,
  ...flags
}: MailboxSettings): Promise<object> {
  return {
    ...flags,
    ...(quotaMegabytes !== undefined && { quota_bytes: quotaMegabytes * 1024 ** 2 }),
    ...(password !== undefined && { password_hash: `{ARGON2ID}${await hash(password, cheap)}` }),
  };
}

/** Cheap, since tests log in often. */
const cheap = { memoryCost: 64, timeCost: 1 };
