import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { openApp } from '../../plugin/app.js';
import { readConfig } from '../../plugin/config.js';
import { followChanges } from '../../plugin/mail-server/follow-changes.js';
import { Application } from '../../plugin/previews/application.js';

/**
 * A process that does jobs, previews in chunks of few rows, until it is killed: `killed-bulk.ts OPTIONS panel|worker`. A
 * panel also seals the activity log, and publishes what others left behind.
 */
const [given = '{}', role] = process.argv.slice(2);
const options: { readonly data: string; readonly database?: string } = JSON.parse(given);
const app = await openApp(readConfig({ ...options, port: '0' }, { RELAIS_LOG_LEVEL: 'silent' }));
const { previews, sealing, jobWorker } = app.features;
Object.assign(previews, {
  application: new Application(app.db, { atOnce: 40, mixed: 20, oneByOne: 10 }),
});

process.stdout.write('ready');
await once(process.stdin, 'data');
if (role === 'panel') {
  followChanges(app.changes, app.maps.followEveryMs);
}
for (;;) {
  await jobWorker.drain();
  if (role === 'panel') {
    await sealing.keep().catch(() => {});
  }
  await sleep(10);
}
