import { EmailAddress } from '../../plugin/addresses/index.js';
import { openInstallation } from '../../plugin/app.js';
import { readConfig } from '../../plugin/config.js';
import { testMail } from '../../plugin/features/panel-mail/test-mail.js';
import { operator } from '../../plugin/viewing/operator.js';

/** A process that queues a mail and is killed, `before` or `after` the commit: `killed-process.ts DATA WHEN`. */
const [data = '', when = ''] = process.argv.slice(2);
const app = await openInstallation(readConfig({ data }, { RELAIS_LOG_LEVEL: 'silent' }));
const kill = (): boolean => process.kill(process.pid, 'SIGKILL');

await app.changes.make(operator(app.manifest.permissions), async (changing) => {
  await app.panelMail.queue(changing, {
    kind: testMail,
    fields: { name: 'Anna', panel: when },
    path: '/settings',
    address: EmailAddress.parse('guest@elsewhere.test'),
    locale: 'en',
  });
  if (when === 'before') {
    kill();
  }
});
kill();
