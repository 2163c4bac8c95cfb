import type { Command } from 'commander';
import { NotFoundError } from '../../errors.js';
import type { SmtpServer } from './smtp-server.js';
import { confirmationLabel } from './confirmation-label.js';
import { type ServerListRow, smtpServerTable } from './table.js';
import { auditFields } from './audit-fields.js';
import { outcomeSentences } from '../../sending/outcome-sentences.js';
import type { Outcome } from '../../sending/outcomes.js';
import type { Language } from '../../web/locale.js';
import { idFrom } from '../../web/ids.js';
import { type List, addList, fieldsOf } from '../../commands/list.js';
import {
  type ServerOptions,
  addFields,
  logoFrom,
  optionOf,
  wantedFrom,
} from './command-options.js';
import { completedServer } from './forms.js';
import { type Terminal, atTerminal, inOptions, labelled } from '../../commands/terminal.js';
import {
  type Removal,
  type Show,
  type VerbAbout,
  addRemoval,
  addShow,
  addVerb,
  addVerbsAbout,
} from '../../commands/verbs.js';

interface NewServerOptions extends ServerOptions {
  readonly owner: string;
}

export function addTo(server: Command): void {
  addList(server, list);
  addShow(server, show);
  addCreate(server);
  addVerbsAbout(server, set, trial, confirm);
  addRemoval(server, removal);
}

const list: List<ServerListRow> = {
  does: 'all SMTP servers',
  examples: ['', '--search provider --json', '--where confirmation=never,failed'],
  table: smtpServerTable,
  asJson: (row) => fieldsOf(row, 'id', 'title', 'host', 'port', 'address', 'confirmation'),
};

const show: Show<SmtpServer> = {
  usage: 'show <id>',
  does: 'one SMTP server, without its secrets',
  examples: ['7', '7 --json'],
  find,
  asJson,
  asText,
};

function addCreate(server: Command): void {
  addFields(
    addVerb(server, {
      usage: 'create',
      does: 'add an SMTP server for an account',
      examples: [
        '--owner marie --title Office --host smtp.example.com --user me --address me@example.com --secret-stdin < file',
      ],
    }),
  )
    .requiredOption('--owner <login>', 'the account that owns it')
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

const set: VerbAbout<ServerOptions> = {
  usage: 'set <id>',
  does: 'change an SMTP server; options left out stay unchanged',
  examples: [
    '7 --port 465 --security tls --secret-stdin < file',
    '7 --services sales,production',
    '7 --services all --logo logo.png',
  ],
  declare(verb) {
    addFields(verb).option(
      '--let-wait',
      'even if mail of domains that is sent through it would wait',
    );
  },
  async run(terminal, id, options) {
    const found = await find(terminal, id);
    await inOptions(optionOf, async () => {
      const form = completedServer(await wantedFrom(terminal, options), found);
      const logo = await logoFrom(options, terminal);
      await terminal.app.features.smtpServers.change(terminal.viewer, found.id, form, logo);
    });
    await printDone(terminal, found.id, 'notice-saved');
  },
};

const trial: VerbAbout = {
  usage: 'try <id>',
  does: 'connect and sign in once; exit with 1 on failure',
  examples: ['7', '7 --json'],
  async run(terminal, id) {
    const found = await find(terminal, id);
    printOutcome(terminal, await terminal.app.features.smtpServers.try(terminal.viewer, found.id));
  },
};

const confirm: VerbAbout = {
  usage: 'confirm <id>',
  does: 'mail a confirmation link to its address; exit with 1 on failure',
  examples: ['7'],
  async run(terminal, id) {
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
  },
};

const removal: Removal<SmtpServer> = {
  usage: 'remove <id>',
  does: 'remove an SMTP server',
  examples: ['7', '7 --yes'],
  find,
  loss: ({ title, address }) =>
    `${title} would go to Removed, with its password and signature, and ${address} could not send through it.`,
  async remove({ app, viewer, language, print }, { id, title }) {
    await app.features.smtpServers.remove(viewer, id);
    print({ id }, language.t('smtp-servers.notice-removed', { subject: title }));
  },
};

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

function asText(server: SmtpServer, language: Language): string {
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
