import { type KeptKind, keepRemoved } from '../../removals/keeping.js';
import type { Changing } from '../../changes/changes.js';
import { auditFields } from './audit-fields.js';
import type { SmtpServer } from './smtp-server.js';
import { serverSecrets } from './stored-secrets.js';

/** What is kept of a removed SMTP server, with its password. */
export const keptServer: KeptKind = {
  kind: 'smtp-server',
  restored: { action: 'smtp-server.restored' },
  erased: { action: 'smtp-server.erased' },
  tables: [
    { table: 'smtp_servers', column: 'id' },
    { table: 'smtp_server_logos', column: 'server_id' },
    { table: 'smtp_server_services', column: 'server_id' },
  ],
  sealed: serverSecrets,
};

/** Keeps servers that are about to be removed. Titles may be the same. */
export async function keepServers(
  changing: Changing,
  servers: readonly SmtpServer[],
): Promise<void> {
  await keepRemoved(
    changing,
    keptServer,
    servers.map((server) => ({
      id: server.id,
      name: server.title,
      ownerId: server.ownerId,
      resellerId: server.resellerId,
      isReserved: false,
      held: { fields: { id: server.id, ...auditFields(server) } },
    })),
  );
}
