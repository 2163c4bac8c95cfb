import type { Command } from 'commander';
import { epochFolderOf } from '../../mail-server/data-files.js';
import type { Config } from '../../config.js';
import { Changes } from '../../changes/changes.js';
import { type Database, openDatabase } from '../../database/database.js';
import { assertUsable } from '../../database/usable.js';
import { StartError } from '../../errors.js';
import { lookupTables } from './relay-logins.js';
import { Epoch } from '../../mail-server/epoch.js';
import { type FollowedChanges, followChanges } from '../../mail-server/follow-changes.js';
import { LiveViews } from '../../mail-server/live-views.js';
import { lookupsComplaint, startRelayLookups } from './relay-lookups.js';
import { type Logger, createLog } from '../../web/log.js';
import { configOf } from '../../commands/options.js';

const example = `
\`relais start\` does the same, unless this already runs. A separate process keeps answering while the panel is stopped,
and is needed on each mail host that shares a MariaDB, where it notifies Postfix of changes within 0.2 seconds.
It needs the key file, and a database user that can read these tables: ${lookupTables.join(', ')}.
Keep it running: without it, mail through relays waits, and Postfix may handle up to 100 connections by old settings.`;

export function addTo(lookupsCommand: Command): void {
  lookupsCommand
    .option('--check', 'only check whether it runs; exit with 1 if not')
    .addHelpText('after', example)
    .action(async ({ check }: { readonly check?: boolean }, command: Command) => {
      const config = configOf(command);
      if (check === true) {
        await assertAnswered(config);
        return;
      }
      const log = createLog(config.logLevel);
      const db = openDatabase(config.database);
      try {
        await assertUsable(db);
        const lookups = await startRelayLookups({ config, db, log });
        const following = followElsewhere({ config, db, log });
        process.stdout.write(`Relais answers look-ups at ${config.lookups}\n`);
        for (const signal of ['SIGTERM', 'SIGINT'] as const) {
          process.once(signal, () => {
            void lookups
              .close()
              .then(() => following?.stop())
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

/** @throws {StartError} */
async function assertAnswered(config: Config): Promise<void> {
  const complaint = await lookupsComplaint(config);
  if (complaint !== undefined) {
    throw new StartError(`On this host ${complaint}.`);
  }
}

/** If the database is not shared, the process that changes something is on this host and notifies Postfix. */
function followElsewhere(parts: {
  readonly config: Config;
  readonly db: Database;
  readonly log: Logger;
}): FollowedChanges | undefined {
  const { config, db, log } = parts;
  if (!db.engine.supportsSharing) {
    return undefined;
  }
  const maps = new LiveViews(db, new Epoch(epochFolderOf(config)));
  const changes = new Changes({
    db,
    maps,
    onUnpublished: (error) =>
      log.error({ err: error }, 'Postfix forgets everything each second: changes cannot be read'),
  });
  return followChanges(changes, maps.followEveryMs);
}
