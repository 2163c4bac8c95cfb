import { join, dirname } from 'node:path';
import { Epoch } from '../../../plugin/mail-server/epoch.js';
import { SqliteMailMaps } from '../../../plugin/mail-server/sqlite-mail-maps.js';
import { connectSqlite } from './databases.js';

/**
 * A panel that only changes domains and copies the changes, until it is killed or has made the requested number:
 * `busy-panel.ts PANEL-FILE MAIL-FILE CHANGES`.
 */
const [panelFile = '', mailFile = '', changes = '0'] = process.argv.slice(2);
const db = connectSqlite(panelFile);
const maps = new SqliteMailMaps({
  panelFile,
  mailFile,
  epoch: new Epoch(join(dirname(panelFile), 'epoch')),
  forwardingColumns: [],
});

process.stdout.write('ready\n');
for (let change = 0; change < Number(changes); change += 1) {
  const id = 1 + (change % 50);
  await db.transaction(async (tx) => {
    await tx('mail_map_changes').insert({ domain_id: id });
    const text = `${process.pid}-${change}`;
    await tx('domains')
      .where({ id })
      .update({ unknown_policy: 'reject', reject_text: text, reject_reply: text });
    await tx('mailboxes').where({ domain_id: id }).update({ password_hash: text });
  });
  await maps.copyChanges();
}
await maps.close();
await db.destroy();
