import { startedProcesses } from '../processes.js';
import { startMariadb } from '../mariadb.js';
import { startInstallation } from './installation.js';

/** Starts all servers of the mail tests, prints them, and does not stop them: `abandoned.ts exit|wait`. */
const mail = await startInstallation('sqlite');
await startMariadb();
const domain = await mail.domain({ unknown: 'redirect', ip: mail.other.address, port: 25 });
await mail.receive({ from: 'a@outside.test', to: `nobody@${domain}` });

process.stdout.write(
  `${JSON.stringify({ groups: startedProcesses(), address: mail.host.address })}\n`,
);
if (process.argv[2] === 'exit') {
  process.exit(0);
}
