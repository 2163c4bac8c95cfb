import { StartError } from '../../errors.js';
import { type Terminal, inOptions } from '../../commands/terminal.js';
import type { VerbAbout } from '../../commands/verbs.js';
import { type RowsFlags, addRowsFlags, changeRows, isOnRows } from '../previews/index.js';
import { parseRowsMailbox } from './rows-forms.js';

const thing = 'a mailbox';

/** A verb about one mailbox, which can be about all that match `--where`, too. */
export function orOnRows<Options extends object>(
  one: VerbAbout<Options>,
  onRows: (terminal: Terminal, options: Options & RowsFlags) => Promise<void>,
): VerbAbout<Options & RowsFlags> {
  return {
    ...one,
    usage: one.usage.replace('<address>', '[address]'),
    declare(verb) {
      one.declare?.(verb);
      addRowsFlags(verb);
    },
    async run(terminal, name, options) {
      await (isOnRows(name, options, thing)
        ? onRows(terminal, options)
        : one.run(terminal, name, options));
    },
  };
}

export async function suspendRows(
  terminal: Terminal,
  suspended: boolean,
  flags: RowsFlags,
): Promise<void> {
  const action = suspended ? 'mailboxes.suspend' : 'mailboxes.resume';
  await changeRows(terminal, { action, wanted: { suspended, confirmed: true } }, flags);
}

/** @param fields those of the form of one mailbox. */
export async function setRows(
  terminal: Terminal,
  fields: Readonly<Record<string, string | boolean>>,
  flags: RowsFlags,
): Promise<void> {
  const { displayName, quotaMegabytes, ...protocols } = fields;
  if (displayName !== undefined) {
    throw new StartError('A name is that of one mailbox: name it.');
  }
  const typed = {
    ...(quotaMegabytes !== undefined && { quota: 'size', quotaMegabytes }),
    ...Object.fromEntries(
      Object.entries(protocols).map(([name, isOn]) => [name, isOn === true ? 'on' : 'off']),
    ),
  };
  if (Object.keys(typed).length === 0) {
    throw new StartError('Nothing to change: name at least one option.');
  }
  const wanted = await inOptions({ quotaMegabytes: '--quota' }, async () =>
    parseRowsMailbox(typed),
  );
  await changeRows(terminal, { action: 'mailboxes.settings', wanted }, flags);
}
