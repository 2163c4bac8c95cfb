import { openDatabase } from '../../../../plugin/database/database.js';
import { HeadFile } from '../../../../plugin/features/audit/seals/head-file.js';
import { SealKeys } from '../../../../plugin/features/audit/seals/seal-keys.js';
import { Sealer } from '../../../../plugin/features/audit/seals/sealer.js';
import { addEntries } from '../../../support/entries.js';

/** Adds entries and seals them until it is killed, in a process of its own. */
const [location = '', key = '', folder = ''] = process.argv.slice(2);
const db = openDatabase(JSON.parse(location));
const sealer = new Sealer({
  db,
  keys: new SealKeys([Buffer.from(key, 'base64')]),
  headFile: new HeadFile(folder),
  now: () => Date.now(),
  size: 5,
});
process.stdout.write('ready');
for (;;) {
  await addEntries(db, [{ subject: `of ${process.pid}` }], 'their own IDs');
  await addEntries(db, [{ subject: `also of ${process.pid}` }], 'their own IDs');
  await sealer.seal();
}
