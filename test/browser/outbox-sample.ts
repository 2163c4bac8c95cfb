import type { App } from '../../plugin/app.js';

export interface OutboxIds {
  readonly apiToken: number;
  /** A message that waits for a retry. */
  readonly message: number;
  readonly unknownMessage: number;
}

interface Owner {
  readonly id: number;
}

/** The owner's running export. */
export const exportId = 'an-export-of-the-sample';

const at = Date.UTC(2024, 4, 6, 8, 15);

/** A token, and messages that are sent, queued and of unknown state. */
export async function fillOutbox(app: App, owner: Owner, reseller: Owner): Promise<OutboxIds> {
  await app.db.knex('exports').insert({
    id: exportId,
    account_id: owner.id,
    list: 'domains',
    format: 'xlsx',
    state: 'running',
    rows_done: 12_000,
    rows_total: 60_000,
    updated_at: Date.now(),
  });
  const owned = { owner_id: owner.id, reseller_id: reseller.id };
  const [apiToken] = await app.db.knex('api_tokens').insert({
    owner_id: owner.id,
    title: 'Boutique en ligne',
    sort_title: 'boutique en ligne',
    token_hash: 'f'.repeat(64),
    scopes: 'messages.send messages.view',
    created_at: at,
    last_used_at: at,
  });
  const sent = { state: 'sent', outcome: 'ok', reply: '250 2.0.0 Ok: queued as 4f5Zk0', ...owned };
  await addMessage(app, 'Votre commande 1041', sent);
  const waiting = { state: 'queued', outcome: 'timed-out', next_attempt_at: at, ...owned };
  const lost = { state: 'unknown', outcome: 'answer-lost', ...owned };
  return {
    apiToken: Number(apiToken),
    message: await addMessage(app, 'Votre commande 1042', waiting),
    unknownMessage: await addMessage(app, 'Facture de mars, avec nos conditions de vente', lost),
  };
}

async function addMessage(app: App, subject: string, columns: object): Promise<number> {
  const [inserted] = await app.db.knex('messages').insert({
    service: 'sales',
    subject,
    message_id: 'f47ac10b-58cc-4372-a567-0e02b2c3d479@morel.example',
    fingerprint: '',
    attempts: 1,
    created_at: at,
    expires_at: at,
    finished_at: at,
    search_text: subject.toLowerCase(),
    ...columns,
  });
  const message_id = Number(inserted);
  const refused = { state: 'refused', reply: '550 5.1.1 User unknown' };
  await app.db.knex('message_recipients').insert([
    { message_id, position: 0, address: 'anna@client.example', state: 'waiting', reply: null },
    { message_id, position: 1, address: 'personne@client.example', ...refused },
  ]);
  await app.db.knex('message_attempts').insert({
    message_id,
    number: 1,
    at,
    server: 'Bureau (smtp.morel.example)',
    outcome: 'timed-out',
    ended_at: at,
  });
  return message_id;
}
