import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { StartError } from '../errors.js';
import { mailPortText, mailProtocols } from '../features/settings/settings.js';
import type { MailPorts } from '../mail-server/options.js';
import { operator } from '../panel/standalone/viewers.js';
import { configOf, withApp } from './options.js';

/**
 * Stores the ports that were rendered as the setting that mail users' pages show. On a mail host that does not reach
 * the panel's database, says which command does it where the panel runs.
 */
export async function tellPorts(ports: MailPorts, command: Command): Promise<void> {
  const texts = mailProtocols.flatMap((protocol) => {
    const port = ports[protocol];
    return port === undefined ? [] : [mailPortText({ protocol, port })];
  });
  try {
    const { database } = configOf(command);
    if (database.engine === 'sqlite' && !existsSync(database.file)) {
      throw new StartError('The panel runs elsewhere.');
    }
    await withApp(command, async ({ features, manifest }) => {
      await features.settings.change(operator(manifest.permissions), { 'mail-ports': texts });
    });
  } catch {
    const values = texts.map((text) => `'${text}'`).join(' ');
    process.stderr.write(
      `The panel was not told which ports these are. Where it runs: relais settings set mail-ports ${values}\n`,
    );
  }
}
