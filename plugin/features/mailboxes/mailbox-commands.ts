import { type Command, Option } from 'commander';
import { StartError } from '../../errors.js';
import { newMailboxForm, someOfMailbox } from './forms.js';
import { forPeople } from './mailbox.js';
import { addMailboxListCommands, asJson, findMailbox } from './mailbox-list-commands.js';
import { withAliases } from './removal-content.js';
import { parseForm } from '../../web/forms.js';
import { asAddress } from './typed-address.js';
import { asMegabytes } from './megabytes.js';
import { type PasswordOptions, made, passwordFrom, passwordHelp } from '../../commands/password.js';
import { type Terminal, addRemoval, addVerbAbout, inOptions } from '../../commands/terminal.js';

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

export function addTo(mailbox: Command): void {
  addMailboxListCommands(mailbox);
  addCreate(mailbox);
  addSet(mailbox);
  addSuspension(mailbox);
  addRemove(mailbox);
}

function addCreate(mailbox: Command): void {
  const verb = {
    usage: 'create <address>',
    does: 'create a mailbox',
    examples: [
      'mailbox create info@example.com --generate',
      'mailbox create info@example.com --name "Front desk" --quota 2048 --password-stdin < file',
      'mailbox create info@example.com --pop3 off --generate --json',
    ],
  };
  addSettings(addVerbAbout(mailbox, verb, create));
}

async function create(terminal: Terminal, text: string, options: MailboxOptions): Promise<void> {
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
}

function addSet(mailbox: Command): void {
  const verb = {
    usage: 'set <address>',
    does: 'change a mailbox; what is not named stays',
    examples: [
      'mailbox set info@example.com --quota 0',
      'mailbox set info@example.com --imap on --pop3 off',
      'mailbox set info@example.com --generate',
    ],
  };
  addSettings(addVerbAbout(mailbox, verb, set));
}

async function set(terminal: Terminal, text: string, options: MailboxOptions): Promise<void> {
  const password = passwordFrom(options);
  const { domain, mailbox: found } = await findMailbox(terminal, text);
  await inOptions(optionOf, async () => {
    const named = parseForm(someOfMailbox, { ...fieldsIn(options), password });
    const wanted = { ...named, version: found.version };
    await terminal.app.features.mailboxes.change(terminal.viewer, domain.name, found.id, wanted);
  });
  await printDone(terminal, text, { notice: 'notice-saved', made: made(options, password) });
}

function addSuspension(mailbox: Command): void {
  const verbs = [
    ['suspend', 'refuse mail for a mailbox and shut its user out; nothing is lost', suspend],
    ['resume', 'end the suspension of a mailbox', resume],
  ] as const;
  for (const [name, does, work] of verbs) {
    const verb = {
      usage: `${name} <address>`,
      does,
      examples: [`mailbox ${name} info@example.com`],
    };
    addVerbAbout(mailbox, verb, work);
  }
}

/** A suspension can be ended as fast as it was started, so the command reports its consequences afterwards. */
async function suspend(terminal: Terminal, text: string): Promise<void> {
  const { mailboxes } = terminal.app.features;
  const { domain, mailbox: found } = await findMailbox(terminal, text);
  const { suspension } = await mailboxes.suspension(terminal.viewer, domain.name, found.id);
  await mailboxes.suspend(terminal.viewer, domain.name, found.id, true);
  await printDone(terminal, text, {
    notice: 'notice-suspended',
    cutOff: suspension.aliases.map(({ address }) => address),
  });
}

async function resume(terminal: Terminal, text: string): Promise<void> {
  const { domain, mailbox: found } = await findMailbox(terminal, text);
  await terminal.app.features.mailboxes.resume(terminal.viewer, domain.name, found.id);
  await printDone(terminal, text, { notice: 'notice-resumed' });
}

function addRemove(mailbox: Command): void {
  const verb = {
    usage: 'remove <address>',
    does: 'remove a mailbox, with the aliases that lead to it alone',
    examples: ['mailbox remove info@example.com', 'mailbox remove info@example.com --yes'],
  };
  addRemoval(mailbox, verb, {
    async find(terminal, text) {
      const { domain, mailbox: found } = await findMailbox(terminal, text);
      const { mailboxes } = terminal.app.features;
      return await mailboxes.removal(terminal.viewer, domain.name, found.id);
    },
    loss: ({ mailbox: { displayAddress }, removal }) =>
      `${displayAddress} would be lost with all its mail${withAliases(removal)}.`,
    async remove({ app, viewer, language, print }, { domain, mailbox: found, removal }) {
      await app.features.mailboxes.remove(viewer, domain.name, found.id, removal.expected);
      print(
        { address: found.address, removedAliases: removal.removed.map(({ address }) => address) },
        language.t('mailboxes.notice-removed', { subject: found.displayAddress }),
      );
    },
  });
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
  const { mailbox } = await findMailbox(terminal, text);
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
