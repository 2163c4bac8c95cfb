#!/usr/bin/env node
import { Command } from 'commander';
import { addAccountCommands } from './commands/account.js';
import { addAliasCommands } from './commands/alias.js';
import { addAuditCommands } from './commands/audit.js';
import { addDemoCommand } from './commands/demo.js';
import { addDomainCommands } from './commands/domain.js';
import { addKeyCommands } from './commands/key.js';
import { addLookupsCommand } from './commands/lookups.js';
import { addMailboxCommands } from './commands/mailbox.js';
import { addMigrateCommand } from './commands/migrate.js';
import { addMapsCommand } from './commands/maps.js';
import { addMessageCommands } from './commands/message.js';
import { addPlanCommands } from './commands/plan.js';
import { addRenderCommand } from './commands/render.js';
import { addSettingsCommands } from './commands/settings.js';
import { addSmtpServerCommands } from './commands/smtp-server.js';
import { addStartCommand } from './commands/start.js';
import { runCommand } from './commands/run.js';
import { loadManifest } from './manifest.js';

// What is written is for this user alone, but for the mail servers' own file.
process.umask(0o077);

const program = new Command('relais')
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

await runCommand(program, process.argv);
