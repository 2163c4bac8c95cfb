import type { Database } from '../../database/database.js';
import type { OutgoingPolicy } from '../../sending/outgoing-policy.js';
import type { SmtpEndpoint } from '../../sending/smtp-endpoint.js';
import type { Settings } from '../settings/index.js';
import { endpointOf } from './endpoint.js';
import { type OutgoingConfig, smtpPolicy } from './policy.js';
import type { SmtpServer } from './smtp-server.js';
import type { SmtpServerStore } from './store.js';

interface ConnectionParts {
  readonly db: Database;
  readonly store: SmtpServerStore;
  readonly settings: Settings;
  readonly outgoing: OutgoingConfig;
}

/** What connects to a stored server: where, with its login, and what the installation allows. */
interface ServerConnection {
  readonly endpoint: SmtpEndpoint;
  readonly policy: OutgoingPolicy;
}

export async function connectionTo(
  server: SmtpServer,
  { db, store, settings, outgoing }: ConnectionParts,
): Promise<ServerConnection> {
  const [secret, policy] = await Promise.all([
    store.secretOf(db.knex, server.id),
    smtpPolicy(settings, outgoing),
  ]);
  return { endpoint: endpointOf(server, secret), policy };
}
