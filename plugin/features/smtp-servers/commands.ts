import type { Command } from 'commander';
import { NotFoundError } from '../../errors.js';
import type { SmtpServer } from './smtp-server.js';
import { confirmationLabel } from './confirmation-label.js';
import { smtpServerTable } from './table.js';
import { auditFields } from './audit-fields.js';
import { outcomeSentences } from '../../sending/outcome-sentences.js';
import type { Outcome } from '../../sending/outcomes.js';
import { idFrom } from '../../web/ids.js';
import { addList } from '../../commands/list.js';
import {
  type ServerOptions,
  addFields,
  logoFrom,
  optionOf,
  wantedFrom,
} from './command-options.js';
import { completedServer } from './forms.js';
import {
  type Terminal,
  addRemoval,
  addVerb,
  addVerbAbout,
  atTerminal,
  inOptions,
  labelled,
} from '../../commands/terminal.js';

interface NewServerOptions extends ServerOptions {
  readonly owner: string;
}

export function addTo(server: Command): void {
  addServerList(server);
  addShow(server);
  addCreate(server);
  addChange(server);
  addTry(server);
  addConfirm(server);
  addRemove(server);
}

function addServerList(server: Command): void {
  addList(server, {
    usage: 'list',
    does: 'all SMTP servers',
    examples: [
      'smtp-server list',
      'smtp-server list --search provider --json',
      'smtp-server list --where confirmation=never,failed',
    ],
    search: 'only those whose texts have these words',
    isFiltered: true,
    table: smtpServerTable,
    asJson: (row) => ({
      id: row.id,
      title: row.title,
      host: row.host,
      port: row.port,
      address: row.address,
      confirmation: row.confirmation,
    }),
  });
}

function addShow(server: Command): void {
  const verb = {
    usage: 'show <id>',
    does: 'one SMTP server, without its secrets',
    examples: ['smtp-server show 7', 'smtp-server show 7 --json'],
  };
  addVerbAbout(server, verb, async (terminal, id) => {
    const found = await find(terminal, id);
    terminal.print(asJson(found), asText(found, terminal));
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
    .action(async (options: NewServerOptions, command: Command) => {
      await atTerminal(command, (terminal) => create(terminal, options));
    });
}

async function create(terminal: Terminal, { owner, ...options }: NewServerOptions): Promise<void> {
  const id = await inOptions(optionOf, async () => {
    const form = completedServer(await wantedFrom(terminal, options), undefined);
    const logo = await logoFrom(options, terminal);
    return await terminal.app.features.smtpServers.create(terminal.viewer, form, { logo, owner });
  });
  await printDone(terminal, id, 'notice-created');
}

function addChange(server: Command): void {
  const verb = {
    usage: 'change <id>',
    does: 'change an SMTP server; what is not named stays',
    examples: [
      'smtp-server change 7 --port 465 --security tls --secret-stdin < file',
      'smtp-server change 7 --services sales,production',
      'smtp-server change 7 --services all --logo logo.png',
    ],
  };
  addFields(addVerbAbout(server, verb, change)).option(
    '--let-wait',
    'also where mail of domains that leaves through it would wait',
  );
}

async function change(terminal: Terminal, text: string, options: ServerOptions): Promise<void> {
  const found = await find(terminal, text);
  await inOptions(optionOf, async () => {
    const form = completedServer(await wantedFrom(terminal, options), found);
    const logo = await logoFrom(options, terminal);
    await terminal.app.features.smtpServers.change(terminal.viewer, found.id, form, logo);
  });
  await printDone(terminal, found.id, 'notice-saved');
}

function addTry(server: Command): void {
  const verb = {
    usage: 'try <id>',
    does: 'connect and log in once; exit 1 when that fails',
    examples: ['smtp-server try 7', 'smtp-server try 7 --json'],
  };
  addVerbAbout(server, verb, async (terminal, id) => {
    const found = await find(terminal, id);
    printOutcome(terminal, await terminal.app.features.smtpServers.try(terminal.viewer, found.id));
  });
}

function addConfirm(server: Command): void {
  const verb = {
    usage: 'confirm <id>',
    does: 'mail the link that confirms it to its address; exit 1 when that fails',
    examples: ['smtp-server confirm 7'],
  };
  addVerbAbout(server, verb, async (terminal, id) => {
    const { app, viewer, language, print } = terminal;
    const found = await find(terminal, id);
    const { confirmations } = app.features;
    const { failure, reply } = await confirmations.send(viewer, found.id, language.locale);
    if (failure !== undefined) {
      printOutcome(terminal, { outcome: failure, reply });
      return;
    }
    const done = language.t('smtp-servers.notice-confirmation-sent', { subject: found.address });
    print({ outcome: 'ok', address: found.address }, done);
  });
}

function addRemove(server: Command): void {
  const verb = {
    usage: 'remove <id>',
    does: 'remove an SMTP server',
    examples: ['smtp-server remove 7', 'smtp-server remove 7 --yes'],
  };
  addRemoval(server, verb, {
    find,
    loss: ({ title, address }) =>
      `${title} would be lost with its password and signature, and ${address} could not send through it.`,
    async remove({ app, viewer, language, print }, { id, title }) {
      await app.features.smtpServers.remove(viewer, id);
      print({ id }, language.t('smtp-servers.notice-removed', { subject: title }));
    },
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
