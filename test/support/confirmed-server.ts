import type { ServerSecret, SmtpServer } from '../../plugin/features/smtp-servers/index.js';
import type { TestApp } from './app.js';

export type ServerFields = Partial<
  Pick<SmtpServer, 'title' | 'host' | 'port' | 'security' | 'authentication' | 'user'>
> &
  ServerSecret;

/** Adds a confirmed SMTP server of a domain's owner; returns its ID. */
export async function addConfirmedServer(
  app: Pick<TestApp, 'changes' | 'db' | 'features' | 'operator'>,
  domain: string,
  { password, ...fields }: ServerFields,
): Promise<number> {
  const owner: { id: number; resellerId: number | null } = await app.db
    .knex('domains')
    .where({ name: domain })
    .first('owner_id as id', 'reseller_id as resellerId');
  const store = app.features.smtpServerStore;
  return await app.changes.make(app.operator, async ({ tx }) => {
    const id = await store.insert(
      tx,
      { id: owner.id, resellerId: owner.resellerId ?? undefined },
      { ...usual, ...fields },
      password === undefined ? {} : { password },
    );
    await store.setConfirmation(tx, id, { state: 'confirmed', at: 0, outcome: undefined });
    return id;
  });
}

const usual = {
  title: 'Smarthost',
  host: 'smtp.relay.test',
  port: 587,
  security: 'starttls',
  authentication: 'login',
  address: 'info@relay.test',
  senderName: '',
  user: 'relay',
  oauthClientId: '',
  oauthTokenUrl: '',
  usage: 'default',
  services: [],
  signature: '',
} as const;
