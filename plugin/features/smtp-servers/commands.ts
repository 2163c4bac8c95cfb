import type { Command } from 'commander';
import { NotFoundError, StartError } from '../../errors.js';
import type { SmtpServer } from './smtp-server.js';
import { confirmationLabel } from './confirmation-label.js';
import { smtpServerTable } from './table.js';
import { auditFields } from './audit-fields.js';
import { outcomeSentences } from '../../sending/outcome-sentences.js';
import type { Outcome } from '../../sending/outcomes.js';
import { idFrom } from '../../web/ids.js';
import { printTable } from '../../commands/list.js';
import { type ServerOptions, addFields, formFrom, logoFrom, optionOf } from './command-options.js';
import {
  type Terminal,
  addVerb,
  atTerminal,
  inOptions,
  labelled,
} from '../../commands/terminal.js';
import { addWhere } from '../../commands/where.js';

export function addSmtpServerCommands(server: Command): void {
  addList(server);
  addShow(server);
  addCreate(server);
  addChange(server);
  addTry(server);
  addConfirm(server);
  addRemove(server);
}

function addList(server: Command): void {
  addWhere(
    addVerb(server, {
      usage: 'list',
      does: 'all SMTP servers',
      examples: [
        'smtp-server list',
        'smtp-server list --search provider --json',
        'smtp-server list --where confirmation=never,failed',
      ],
    }),
  )
    .option('--search <text>', 'only those whose texts have these words')
    .action(async (_options: object, command: Command) => {
      await printTable(command, smtpServerTable, (row) => ({
        id: row.id,
        title: row.title,
        host: row.host,
        port: row.port,
        address: row.address,
        confirmation: row.confirmation,
      }));
    });
}

function addShow(server: Command): void {
  addVerb(server, {
    usage: 'show <id>',
    does: 'one SMTP server, without its secrets',
    examples: ['smtp-server show 7', 'smtp-server show 7 --json'],
  }).action(async (id: string, _options: object, command: Command) => {
    await atTerminal(command, async (terminal) => {
      const found = await find(terminal, id);
      terminal.print(asJson(found), asText(found, terminal));
    });
  });
}

function addCreate(server: Command): void {
  addFields(
    addVerb(server, {
      usage: 'create',
      does: 'add an SMTP server for an account',
      examples: [
        'smtp-server create --owner marie --title Office --host smtp.example.com --user me --address me@example.com --secret-stdin < file',
      ],
    }),
  )
    .requiredOption('--owner <login>', 'the account that it belongs to')
    .action(async (options: ServerOptions & { owner: string }, command: Command) => {
      await atTerminal(command, async (terminal) => {
        const { smtpServers } = terminal.app.features;
        const id = await inOptions(optionOf, async () => {
          const form = await formFrom(terminal, options);
          const logo = await logoFrom(options, terminal);
          return await smtpServers.create(terminal.viewer, form, { logo, owner: options.owner });
        });
        await printDone(terminal, id, 'notice-created');
      });
    });
}

function addChange(server: Command): void {
  addFields(
    addVerb(server, {
      usage: 'change <id>',
      does: 'change an SMTP server; what is not named stays',
      examples: [
        'smtp-server change 7 --port 465 --security tls --secret-stdin < file',
        'smtp-server change 7 --services sales,production',
        'smtp-server change 7 --services all --logo logo.png',
      ],
    }),
  )
    .option('--let-wait', 'also where mail of domains that leaves through it would wait')
    .action(async (text: string, options: ServerOptions, command: Command) => {
      await atTerminal(command, async (terminal) => {
        const found = await find(terminal, text);
        const { smtpServers } = terminal.app.features;
        await inOptions(optionOf, async () => {
          const form = await formFrom(terminal, options, found);
          const logo = await logoFrom(options, terminal);
          await smtpServers.change(terminal.viewer, found.id, form, logo);
        });
        await printDone(terminal, found.id, 'notice-saved');
      });
    });
}

function addTry(server: Command): void {
  addVerb(server, {
    usage: 'try <id>',
    does: 'connect and log in once; exit 1 when that fails',
    examples: ['smtp-server try 7', 'smtp-server try 7 --json'],
  }).action(async (text: string, _options: object, command: Command) => {
    await atTerminal(command, async (terminal) => {
      const found = await find(terminal, text);
      const trial = await terminal.app.features.smtpServers.try(terminal.viewer, found.id);
      printOutcome(terminal, trial);
    });
  });
}

function addConfirm(server: Command): void {
  addVerb(server, {
    usage: 'confirm <id>',
    does: 'mail the link that confirms it to its address; exit 1 when that fails',
    examples: ['smtp-server confirm 7'],
  }).action(async (text: string, _options: object, command: Command) => {
    await atTerminal(command, async (terminal) => {
      const { viewer, language, print } = terminal;
      const found = await find(terminal, text);
      const { confirmations } = terminal.app.features;
      const { failure, reply } = await confirmations.send(viewer, found.id, language.locale);
      if (failure !== undefined) {
        printOutcome(terminal, { outcome: failure, reply });
        return;
      }
      const done = language.t('smtp-servers.notice-confirmation-sent', { subject: found.address });
      print({ outcome: 'ok', address: found.address }, done);
    });
  });
}

function addRemove(server: Command): void {
  addVerb(server, {
    usage: 'remove <id>',
    does: 'remove an SMTP server',
    examples: ['smtp-server remove 7', 'smtp-server remove 7 --yes'],
  })
    .option('--yes', 'do it; without this, only say what would be lost')
    .action(async (text: string, { yes }: { yes?: boolean }, command: Command) => {
      await atTerminal(command, async (terminal) => {
        const found = await find(terminal, text);
        if (yes !== true) {
          throw new StartError(
            `${found.title} would be lost with its password and signature, and ${found.address} could not send through it. To remove it, add --yes.`,
          );
        }
        const { t } = terminal.language;
        await terminal.app.features.smtpServers.remove(terminal.viewer, found.id);
        const done = t('smtp-servers.notice-removed', { subject: found.title });
        terminal.print({ id: found.id }, done);
      });
    });
}

function printOutcome(
  { language, print }: Terminal,
  { outcome, reply }: { readonly outcome: Outcome; readonly reply?: string | undefined },
): void {
  const { text, advice } = outcomeSentences(outcome, language);
  const said = reply === undefined ? [] : [`${language.t('smtp-servers.reply')} ${reply}`];
  print({ outcome, text, advice, reply }, [text, advice, ...said].join('\n'));
  if (outcome !== 'ok') {
    process.exitCode = 1;
  }
}

async function find({ app, viewer }: Terminal, text: string): Promise<SmtpServer> {
  try {
    return await app.features.smtpServers.find(viewer, idFrom(text));
  } catch (error) {
    throw error instanceof NotFoundError
      ? new NotFoundError('smtp-servers.errors.not-found', { id: text })
      : error;
  }
}

async function printDone(terminal: Terminal, id: number, notice: string): Promise<void> {
  const found = await find(terminal, String(id));
  const done = terminal.language.t(`smtp-servers.${notice}`, { subject: found.title });
  terminal.print(asJson(found), done);
}

function asJson(server: SmtpServer): object {
  const { id, confirmation } = server;
  return { id, ...auditFields(server), confirmation: confirmation.state };
}

function asText(server: SmtpServer, { language }: Terminal): string {
  const { t } = language;
  const words = Object.entries(auditFields(server))
    .filter(([, value]) => value !== '' && value !== null)
    .map(([name, value]) => [t(`smtp-servers.fields.${name}`), String(value)] as const);
  return labelled([
    [t('smtp-servers.columns.id'), String(server.id)],
    ...words,
    [t('smtp-servers.columns.confirmation'), confirmationLabel(server.confirmation, language)],
  ]);
}
