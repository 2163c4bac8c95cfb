import type { Command } from 'commander';
import { openDatabase } from '../database/database.js';
import { assertUsable } from '../database/usable.js';
import { lookupTables } from '../features/domain-mail/relay-logins.js';
import { startRelayLookups } from '../relay-lookups.js';
import { createLog } from '../web/log.js';
import { configOf } from './options.js';

const example = `
\`relais start\` answers too, unless this runs already. By itself it goes on while the panel is stopped, on each mail
host that shares a MariaDB. It needs the key file, and a database user that may read these tables: ${lookupTables.join(', ')}.`;

export function addLookupsCommand(program: Command): void {
  program
    .command('lookups')
    .description('answer Postfix, which asks for the logins of relays (RELAIS_LOOKUPS)')
    .addHelpText('after', example)
    .action(async (_options: object, command: Command) => {
      const config = configOf(command);
      const log = createLog(config.logLevel);
      const db = openDatabase(config.database);
      try {
        await assertUsable(db);
        const lookups = await startRelayLookups({ config, db, log });
        process.stdout.write(`Relais answers look-ups at ${config.lookups}\n`);
        for (const signal of ['SIGTERM', 'SIGINT'] as const) {
          process.once(signal, () => {
            void lookups
              .close()
              .then(() => db.close())
              .then(() => process.exit(0));
          });
        }
      } catch (error) {
        await db.close();
        throw error;
      }
    });
}
