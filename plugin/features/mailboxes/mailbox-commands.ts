import { type Command, Option } from 'commander';
import { StartError } from '../../errors.js';
import { newMailboxForm, someOfMailbox } from './forms.js';
import { bytesPerMegabyte, forPeople } from './mailbox.js';
import { addMailboxListCommands, asJson, findMailbox } from './mailbox-list-commands.js';
import { addressRemoval } from './removal-command.js';
import { parseForm } from '../../web/forms.js';
import { asAddress } from './typed-address.js';
import { asMegabytes } from './megabytes.js';
import { type PasswordOptions, made, passwordFrom, passwordHelp } from '../../commands/password.js';
import { type Terminal, inOptions } from '../../commands/terminal.js';
import { type VerbAbout, addVerbsAbout, removalVerb } from '../../commands/verbs.js';
import { orOnRows } from '../../commands/on-rows.js';
import { setRows, suspendRows } from './rows-verbs.js';

interface MailboxOptions extends PasswordOptions {
  readonly name?: string;
  readonly quota?: string;
  readonly imap?: 'on' | 'off';
  readonly pop3?: 'on' | 'off';
  readonly limit?: string;
}

const optionOf: Readonly<Record<string, string>> = {
  address: 'address',
  displayName: '--name',
  quotaMegabytes: '--quota',
  limitPerHour: '--limit',
  password: 'password',
};

const thing = 'a mailbox';

export function addTo(mailbox: Command): void {
  addMailboxListCommands(mailbox);
  addVerbsAbout(
    mailbox,
    create,
    orOnRows(set, thing, (terminal, options) => {
      if (options.generate === true || options.passwordStdin === true) {
        throw new StartError('A password is that of one mailbox: name it.');
      }
      return setRows(terminal, fieldsIn(options), options);
    }),
    orOnRows(suspend, thing, (terminal, flags) => suspendRows(terminal, true, flags)),
    orOnRows(resume, thing, (terminal, flags) => suspendRows(terminal, false, flags)),
    orOnRows(removalVerb(removal), thing, async (terminal, { yes, ...flags }) => {
      const dryRun = flags.dryRun === true || yes !== true;
      await terminal.app.features.changeRows(
        terminal,
        { action: 'mailboxes.remove', wanted: undefined },
        { ...flags, dryRun },
      );
    }),
  );
}

const create: VerbAbout<MailboxOptions> = {
  usage: 'create <address>',
  does: 'add a mailbox; without --quota it gets the largest quota of the plan',
  examples: [
    'info@example.com --generate',
    'info@example.com --name "Front desk" --quota 2048 --password-stdin < file',
    'info@example.com --pop3 off --generate --json',
  ],
  declare: addSettings,
  async run(terminal, text, options) {
    const password = passwordFrom(options);
    if (password === undefined) {
      throw new StartError('A mailbox needs a password: give --password-stdin or --generate.');
    }
    const { domain } = asAddress(text);
    const { mailboxes } = terminal.app.features;
    const { planQuota } = await mailboxes.overview(terminal.viewer, domain.ascii);
    await inOptions(optionOf, async () => {
      const form = parseForm(newMailboxForm(domain), {
        address: text,
        imap: true,
        pop3: true,
        password,
        quotaMegabytes: String(Math.floor((planQuota.value ?? 0) / bytesPerMegabyte)),
        ...fieldsIn(options),
      });
      await mailboxes.create(terminal.viewer, domain.ascii, form);
    });
    await printDone(terminal, text, {
      notice: 'mailboxes.notice-created',
      made: made(options, password),
    });
  },
};

const set: VerbAbout<MailboxOptions> = {
  usage: 'set <address>',
  does: 'change a mailbox, or the quota and protocols of all that match --where; options left out stay unchanged',
  examples: [
    'info@example.com --quota 0',
    'info@example.com --imap on --pop3 off',
    'info@example.com --limit 50',
    'info@example.com --generate',
    '--where domain=example.com --where quota<=1GB --quota 2GB --dry-run',
  ],
  declare: (verb) =>
    addSettings(
      verb.option('--limit <number|plan>', 'outgoing messages per hour, or the limit of the plan'),
    ),
  async run(terminal, text, options) {
    const password = passwordFrom(options);
    const { domain, mailbox: found } = await findMailbox(terminal, text);
    await inOptions(optionOf, async () => {
      const named = parseForm(someOfMailbox, { ...fieldsIn(options), password });
      const wanted = { ...named, version: found.version };
      await terminal.app.features.mailboxes.change(terminal.viewer, domain.name, found.id, wanted);
    });
    await printDone(terminal, text, {
      notice: 'mailboxes.notice-saved',
      made: made(options, password),
    });
  },
};

/** A suspension can be ended as fast as it was started, so the command reports its consequences afterwards. */
const suspend: VerbAbout = {
  usage: 'suspend <address>',
  does: 'suspend a mailbox: refuse its mail and sign-ins; nothing is lost',
  examples: ['info@example.com'],
  async run(terminal, text) {
    const { mailboxes } = terminal.app.features;
    const { domain, mailbox: found } = await findMailbox(terminal, text);
    const { suspension } = await mailboxes.suspension(terminal.viewer, domain.name, found.id);
    await mailboxes.suspend(terminal.viewer, domain.name, found.id, true);
    await printDone(terminal, text, {
      notice: 'mailboxes.notice-suspended',
      cutOff: suspension.aliases.map(({ address }) => address),
    });
  },
};

const resume: VerbAbout = {
  usage: 'resume <address>',
  does: 'reactivate a mailbox',
  examples: ['info@example.com'],
  async run(terminal, text) {
    const { domain, mailbox: found } = await findMailbox(terminal, text);
    await terminal.app.features.mailboxes.resume(terminal.viewer, domain.name, found.id);
    await printDone(terminal, text, { notice: 'mailboxes.notice-resumed' });
  },
};

const removal = addressRemoval({
  does: 'remove a mailbox, with aliases that forward only to it',
  examples: ['info@example.com', 'info@example.com --yes'],
  find: findMailbox,
  of: ({ mailboxes }) => mailboxes,
  shown: ({ mailbox }) => mailbox,
  loss: 'would go to Removed, with all its mail',
  notice: 'mailboxes.notice-removed',
});

function addSettings(verb: Command): void {
  verb
    .option('--name <text>', 'the name of its user')
    .option(
      '--quota <size>',
      'how much mail it can hold: 512MB, 2GB or plain megabytes; 0 means no limit',
    )
    .addOption(onOff('--imap <on|off>', 'whether mail programs may read its mail by IMAP'))
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
    ...(options.limit !== undefined &&
      (options.limit === 'plan'
        ? { limit: 'plan' }
        : { limit: 'own', limitPerHour: options.limit })),
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
  const lines = [t(notice, { subject: mailbox.displayAddress })];
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
