import { Epoch } from '../../../plugin/mail-server/epoch.js';
import { SqliteMailMaps } from '../../../plugin/mail-server/sqlite-mail-maps.js';
import { connectSqlite } from './databases.js';

/**
 * A panel that switches on the mail service of a domain, and is killed after the mail servers' file is updated and
 * before the epoch is renewed: `killed-panel.ts PANEL-FILE MAIL-FILE EPOCH-FOLDER DOMAIN`.
 */
const [panelFile = '', mailFile = '', epochFolder = '', name = ''] = process.argv.slice(2);
const epoch = new Epoch(epochFolder);
const db = connectSqlite(panelFile);
const maps = new SqliteMailMaps({ panelFile, mailFile, epoch, forwardingColumns: [] });

epoch.renew = () => process.kill(process.pid, 'SIGKILL');
await db.transaction(async (tx) => {
  const { id }: { id: number } = await tx('domains').where({ name }).first('id');
  await tx('domains').where({ id }).update({ mail_enabled: true });
  await maps.note(tx, { ids: [id], rows: [] });
});
await maps.copyChanges();
