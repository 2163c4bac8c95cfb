import { Command } from 'commander';
import { addAccountCommands } from '../panel/standalone/accounts/commands.js';
import { addAliasCommands } from '../features/mailboxes/alias-commands.js';
import { addAuditCommands } from '../features/audit/commands.js';
import { addDemoCommand } from './demo.js';
import { addDomainCommands } from '../features/domains/commands.js';
import { addJobCommands } from '../features/jobs/commands.js';
import { addKeyCommands } from './key.js';
import { addLookupsCommand } from '../features/domain-mail/lookups-command.js';
import { addMailboxCommands } from '../features/mailboxes/mailbox-commands.js';
import { addMigrateCommand } from './migrate.js';
import { addMapsCommand } from './maps.js';
import { addMessageCommands } from '../features/messages/commands.js';
import { addPlanCommands } from '../panel/standalone/plans/commands.js';
import { addRenderCommand } from './render.js';
import { addSettingsCommands } from '../features/settings/commands.js';
import { addSmtpServerCommands } from '../features/smtp-servers/commands.js';
import { addStartCommand } from './start.js';
import { loadManifest } from '../manifest.js';

/** The `relais` command with all that it can do. */
export const program = new Command('relais')
  .description(
    'Mail for hosting panels: what is set is what Postfix and Dovecot do with the next message.',
  )
  .option('--data <folder>', 'the data folder (RELAIS_DATA, ./var)')
  .option(
    '--database <where>',
    'sqlite, sqlite:FILE or mysql://USER:PASSWORD@HOST/NAME (RELAIS_DATABASE)',
  )
  .version(loadManifest().version)
  .showHelpAfterError('(relais --help explains the commands)')
  .enablePositionalOptions(false);

addStartCommand(program);
addDemoCommand(program);
addMigrateCommand(program);
addRenderCommand(program);
addMapsCommand(program);
addLookupsCommand(program);
addJobCommands(program);
addKeyCommands(program);
addAccountCommands(program);
addPlanCommands(program);
addDomainCommands(program);
addMailboxCommands(program);
addAliasCommands(program);
addSmtpServerCommands(program);
addMessageCommands(program);
addSettingsCommands(program);
addAuditCommands(program);
