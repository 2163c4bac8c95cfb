import { type KeptKind, type KeptTable, keepRemoved } from '../../removals/keeping.js';
import type { Changing } from '../../changes/changes.js';
import { auditFields } from './audit-fields.js';
import type { SmtpServer } from './smtp-server.js';
import { serverSecrets } from './stored-secrets.js';

const ofServer = (table: string): KeptTable => ({
  table,
  rowsOf: (db, id) => db(table).where({ server_id: id }),
});

/** What is kept of a removed SMTP server, with its password. */
export const keptServer: KeptKind = {
  kind: 'smtp-server',
  restored: { action: 'smtp-server.restored' },
  erased: { action: 'smtp-server.erased' },
  tables: [
    { table: 'smtp_servers', rowsOf: (db, id) => db('smtp_servers').where({ id }) },
    ofServer('smtp_server_logos'),
    ofServer('smtp_server_services'),
  ],
  sealed: serverSecrets,
};

/** Keeps a server that is about to be removed. Titles may be the same. */
export async function keepServer(changing: Changing, server: SmtpServer): Promise<void> {
  const { id, title, ownerId, resellerId } = server;
  const held = { fields: { id, ...auditFields(server) } };
  await keepRemoved(changing, keptServer, {
    id,
    name: title,
    ownerId,
    resellerId,
    isReserved: false,
    held,
  });
}
