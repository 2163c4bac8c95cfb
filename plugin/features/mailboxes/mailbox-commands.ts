import { type Command, Option } from 'commander';
import { StartError } from '../../errors.js';
import { newMailboxForm, someOfMailbox } from './forms.js';
import { type Mailbox, forPeople } from './mailbox.js';
import type { MailboxPage } from './mailboxes.js';
import { mailboxTable } from './table.js';
import { mailboxFields } from './audit-fields.js';
import { parseForm } from '../../web/forms.js';
import { asAddress } from './typed-address.js';
import { printTable } from '../../commands/list.js';
import { asMegabytes } from './megabytes.js';
import { type PasswordOptions, passwordFrom, passwordHelp } from '../../commands/password.js';
import {
  type Terminal,
  addVerb,
  atTerminal,
  inOptions,
  labelled,
} from '../../commands/terminal.js';
import { addWhere } from '../../commands/where.js';

interface MailboxOptions extends PasswordOptions {
  readonly name?: string;
  readonly quota?: string;
  readonly imap?: 'on' | 'off';
  readonly pop3?: 'on' | 'off';
}

const optionOf: Readonly<Record<string, string>> = {
  address: 'address',
  displayName: '--name',
  quotaMegabytes: '--quota',
  password: 'password',
};

export function addMailboxCommands(mailbox: Command): void {
  addList(mailbox);
  addShow(mailbox);
  addCreate(mailbox);
  addSet(mailbox);
  addSuspension(mailbox);
  addRemove(mailbox);
}

function addList(mailbox: Command): void {
  addWhere(
    addVerb(mailbox, {
      usage: 'list <domain>',
      does: 'the mailboxes of a domain',
      examples: [
        'mailbox list example.com',
        'mailbox list example.com --search dupont --json',
        'mailbox list example.com --where status=suspended',
      ],
    }),
  )
    .option('--search <text>', 'only those whose address or name has these words')
    .action(async (name: string, _options: object, command: Command) => {
      await printTable(
        command,
        mailboxTable,
        (row) => ({
          address: row.address,
          displayAddress: row.utf8_address ?? row.address,
          displayName: row.display_name,
          quotaBytes: row.quota_bytes,
          imap: row.imap === 1,
          pop3: row.pop3 === 1,
          suspended: row.suspended === 1,
        }),
        async ({ app, viewer }) => (await app.features.mailboxes.overview(viewer, name)).domain.id,
      );
    });
}

function addShow(mailbox: Command): void {
  addVerb(mailbox, {
    usage: 'show <address>',
    does: 'one mailbox',
    examples: ['mailbox show info@example.com', 'mailbox show info@bücher.example --json'],
  }).action(async (address: string, _options: object, command: Command) => {
    await atTerminal(command, async (terminal) => {
      const { mailbox: found } = await find(terminal, address);
      terminal.print(asJson(found), asText(found, terminal));
    });
  });
}

function addCreate(mailbox: Command): void {
  addSettings(
    addVerb(mailbox, {
      usage: 'create <address>',
      does: 'create a mailbox',
      examples: [
        'mailbox create info@example.com --generate',
        'mailbox create info@example.com --name "Front desk" --quota 2048 --password-stdin < file',
        'mailbox create info@example.com --pop3 off --generate --json',
      ],
    }),
  ).action(async (text: string, options: MailboxOptions, command: Command) => {
    await atTerminal(command, async (terminal) => {
      const password = passwordFrom(options);
      if (password === undefined) {
        throw new StartError('A mailbox needs a password: give --password-stdin or --generate.');
      }
      const { domain } = asAddress(text);
      await inOptions(optionOf, async () => {
        const form = parseForm(newMailboxForm(domain), {
          address: text,
          imap: true,
          pop3: true,
          password,
          ...fieldsIn(options),
        });
        await terminal.app.features.mailboxes.create(terminal.viewer, domain.ascii, form);
      });
      await printDone(terminal, text, { notice: 'notice-created', made: made(options, password) });
    });
  });
}

function addSet(mailbox: Command): void {
  addSettings(
    addVerb(mailbox, {
      usage: 'set <address>',
      does: 'change a mailbox; what is not named stays',
      examples: [
        'mailbox set info@example.com --quota 0',
        'mailbox set info@example.com --imap on --pop3 off',
        'mailbox set info@example.com --generate',
      ],
    }),
  ).action(async (text: string, options: MailboxOptions, command: Command) => {
    await atTerminal(command, async (terminal) => {
      const password = passwordFrom(options);
      const page = await find(terminal, text);
      await inOptions(optionOf, async () => {
        const { domain, mailbox: found } = page;
        const named = parseForm(someOfMailbox, { ...fieldsIn(options), password });
        const wanted = { ...named, version: found.version };
        await terminal.app.features.mailboxes.change(
          terminal.viewer,
          domain.name,
          found.id,
          wanted,
        );
      });
      await printDone(terminal, text, { notice: 'notice-saved', made: made(options, password) });
    });
  });
}

function addSuspension(mailbox: Command): void {
  const verbs = [
    ['suspend', 'refuse mail for a mailbox and shut its user out; nothing is lost'],
    ['resume', 'end the suspension of a mailbox'],
  ] as const;
  for (const [verb, does] of verbs) {
    addVerb(mailbox, {
      usage: `${verb} <address>`,
      does,
      examples: [`mailbox ${verb} info@example.com`],
    }).action(async (text: string, _options: object, command: Command) => {
      await atTerminal(command, async (terminal) => {
        await (verb === 'suspend' ? suspend(terminal, text) : resume(terminal, text));
      });
    });
  }
}

/** A suspension can be ended as fast as it was started, so the command reports its consequences afterwards. */
async function suspend(terminal: Terminal, text: string): Promise<void> {
  const { mailboxes } = terminal.app.features;
  const { domain, mailbox: found } = await find(terminal, text);
  const { suspension } = await mailboxes.suspension(terminal.viewer, domain.name, found.id);
  await mailboxes.suspend(terminal.viewer, domain.name, found.id, true);
  await printDone(terminal, text, {
    notice: 'notice-suspended',
    cutOff: suspension.aliases.map(({ address }) => address),
  });
}

async function resume(terminal: Terminal, text: string): Promise<void> {
  const { domain, mailbox: found } = await find(terminal, text);
  await terminal.app.features.mailboxes.resume(terminal.viewer, domain.name, found.id);
  await printDone(terminal, text, { notice: 'notice-resumed' });
}

function addRemove(mailbox: Command): void {
  addVerb(mailbox, {
    usage: 'remove <address>',
    does: 'remove a mailbox, with the aliases that lead to it alone',
    examples: ['mailbox remove info@example.com', 'mailbox remove info@example.com --yes'],
  })
    .option('--yes', 'do it; without this, only say what would be lost')
    .action(async (text: string, { yes }: { yes?: boolean }, command: Command) => {
      await atTerminal(command, async ({ app, viewer, language, print }) => {
        const { domain, mailbox: found } = await find({ app, viewer }, text);
        const { removal } = await app.features.mailboxes.removal(viewer, domain.name, found.id);
        const aliases = removal.removed.map(({ address }) => forPeople(address));
        if (yes !== true) {
          throw new StartError(
            `${found.displayAddress} would be lost with all its mail${withAliases(aliases)}. To remove it, add --yes.`,
          );
        }
        await app.features.mailboxes.remove(viewer, domain.name, found.id, removal.expected);
        print(
          { address: found.address, removedAliases: removal.removed.map(({ address }) => address) },
          language.t('mailboxes.notice-removed', { subject: found.displayAddress }),
        );
      });
    });
}

/** For a question at the terminal: ` and the aliases …`, or nothing. */
export function withAliases(aliases: readonly string[]): string {
  return aliases.length === 0 ? '' : `, and with it these aliases: ${aliases.join(', ')}`;
}

function addSettings(verb: Command): Command {
  return verb
    .option('--name <text>', 'the name of who uses it')
    .option(
      '--quota <size>',
      'how much mail it holds: 512MB, 2GB or plain megabytes; 0 sets no limit',
    )
    .addOption(onOff('--imap <on|off>', 'whether mail programs may read it by IMAP'))
    .addOption(onOff('--pop3 <on|off>', 'whether mail programs may fetch its mail by POP3'))
    .option('--password-stdin', passwordHelp.stdin)
    .option('--generate', passwordHelp.generate);
}

function onOff(flag: string, does: string): Option {
  return new Option(flag, does).choices(['on', 'off']);
}

function fieldsIn(options: MailboxOptions): Readonly<Record<string, string | boolean>> {
  return {
    ...(options.name !== undefined && { displayName: options.name }),
    ...(options.quota !== undefined && { quotaMegabytes: asMegabytes(options.quota) }),
    ...(options.imap && { imap: options.imap === 'on' }),
    ...(options.pop3 && { pop3: options.pop3 === 'on' }),
  };
}

async function find(
  { app, viewer }: Pick<Terminal, 'app' | 'viewer'>,
  text: string,
): Promise<MailboxPage> {
  return await app.features.mailboxes.byAddress(viewer, asAddress(text));
}

/** A generated password must be printed. */
function made(options: PasswordOptions, password: string | undefined): string | undefined {
  return options.generate === true ? password : undefined;
}

async function printDone(
  terminal: Terminal,
  text: string,
  done: {
    readonly notice: string;
    readonly made?: string | undefined;
    /** Aliases whose senders now get an error. */
    readonly cutOff?: readonly string[];
  },
): Promise<void> {
  const { mailbox } = await find(terminal, text);
  const { t } = terminal.language;
  const { notice, made: password, cutOff = [] } = done;
  const lines = [t(`mailboxes.${notice}`, { subject: mailbox.displayAddress })];
  if (password !== undefined) {
    lines.push(`${t('mailboxes.fields.password')}${t('form.colon')} ${password}`);
  }
  if (cutOff.length > 0) {
    lines.push(`${t('mailboxes.suspension.aliases')} ${cutOff.map(forPeople).join(', ')}`);
  }
  terminal.print(
    {
      ...asJson(mailbox),
      ...(password !== undefined && { password }),
      ...(cutOff.length > 0 && { aliases: cutOff }),
    },
    lines.join('\n'),
  );
}

function asJson(mailbox: Mailbox): object {
  const { address, displayAddress, suspended } = mailbox;
  return { address, displayAddress, ...mailboxFields(mailbox), suspended };
}

function asText(mailbox: Mailbox, { language }: Terminal): string {
  const { t, bytes } = language;
  const yesNo = (value: boolean): string => t(value ? 'form.yes' : 'form.no');
  return labelled([
    [t('mailboxes.columns.address'), mailbox.displayAddress],
    [t('mailboxes.columns.name'), mailbox.displayName || t('form.nothing')],
    [t('mailboxes.protocols.imap'), yesNo(mailbox.imap)],
    [t('mailboxes.protocols.pop3'), yesNo(mailbox.pop3)],
    [
      t('mailboxes.columns.quota'),
      mailbox.quotaBytes === 0 ? t('mailboxes.unlimited') : bytes(mailbox.quotaBytes),
    ],
    [
      t('mailboxes.columns.status'),
      t(mailbox.suspended ? 'mailboxes.status.suspended' : 'mailboxes.status.active'),
    ],
  ]);
}
