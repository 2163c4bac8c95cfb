import { StartError } from '../../errors.js';
import { type Terminal, inOptions } from '../../commands/terminal.js';
import type { RowsFlags } from '../../commands/on-rows.js';
import { parseRowsMailbox } from './rows-forms.js';

export async function suspendRows(
  terminal: Terminal,
  suspended: boolean,
  flags: RowsFlags,
): Promise<void> {
  const action = suspended ? 'mailboxes.suspend' : 'mailboxes.resume';
  await terminal.app.features.changeRows(
    terminal,
    { action, wanted: { suspended, confirmed: true } },
    flags,
  );
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
  await terminal.app.features.changeRows(terminal, { action: 'mailboxes.settings', wanted }, flags);
}
