import type { App } from '../../plugin/app.js';
import type { Held } from '../../plugin/removals/removal.js';

export interface RemovedIds {
  readonly removedDomain: number;
  /** Of a domain that is still there. */
  readonly removedMailbox: number;
}

interface Owner {
  readonly id: number;
}

interface Sample {
  readonly kind: string;
  readonly name: string;
  readonly title?: string;
  readonly held: Held;
}

const domain = 'boulangerie-morel.example';
const at = Date.UTC(2026, 9, 5, 8);
const dayMs = 24 * 60 * 60 * 1000;

const samples: readonly Sample[] = [
  {
    kind: 'domain',
    name: 'xn--fte-foraine-bbb.example',
    title: 'fête-foraine.example',
    held: { fields: {}, domain, counts: { mailboxes: 42, aliases: 1 } },
  },
  {
    kind: 'mailbox',
    name: `ancienne.stagiaire@${domain}`,
    held: { fields: { displayName: 'Élodie Lefèvre-Beaumont', quotaBytes: 2 * 1024 ** 3 }, domain },
  },
  {
    kind: 'alias',
    name: `commandes@${domain}`,
    held: { fields: { targets: `atelier@${domain}, camille@${domain}` }, domain },
  },
  {
    kind: 'smtp-server',
    name: 'Ancien relais',
    held: { fields: { host: 'smtp.example.net', port: 587 } },
  },
];

/** What the customer had, of each kind. */
export async function fillRemoved(app: App, customer: Owner, reseller: Owner): Promise<RemovedIds> {
  const { knex } = app.db;
  const { id: domainId } = await knex('domains').where({ name: domain }).first('id');
  const ids: number[] = [];
  for (const [index, { kind, name, title = name, held }] of samples.entries()) {
    const [id] = await knex('removals').insert({
      kind,
      thing_id: 10_000 + index,
      name,
      title,
      sort_name: name,
      reserved: kind === 'smtp-server' ? null : name,
      owner_id: customer.id,
      reseller_id: reseller.id,
      domain_id: kind === 'mailbox' || kind === 'alias' ? domainId : null,
      removed_at: at + index * dayMs,
      kept_until: at + (30 + index) * dayMs,
      actor: 'camille',
      group_id: `removed-${index}`,
      held: JSON.stringify(held),
      schema_version: 1,
      search_text: name,
    });
    ids.push(Number(id));
  }
  const [removedDomain = 0, removedMailbox = 0] = ids;
  return { removedDomain, removedMailbox };
}
