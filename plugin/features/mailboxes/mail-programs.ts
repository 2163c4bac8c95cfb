import type { MailPort, Settings } from '../settings/index.js';
import type { Mailbox } from './mailbox.js';

/** How mail programs reach a mailbox. */
export interface MailProgramSettings {
  /** From the settings; empty when unknown. */
  readonly hosts: readonly string[];
  readonly receiving: readonly MailPort[];
  readonly sending: readonly MailPort[];
}

export async function forMailPrograms(
  settings: Pick<Settings, 'mailPorts' | 'texts'>,
  mailbox: Mailbox,
): Promise<MailProgramSettings> {
  const ports = await settings.mailPorts();
  return {
    hosts: await settings.texts('mail-hosts'),
    receiving: ports.filter((each) => isReceiving(each, mailbox)),
    sending: ports.filter(({ protocol }) => protocol.startsWith('submission')),
  };
}

function isReceiving({ protocol }: MailPort, { imap, pop3 }: Mailbox): boolean {
  return (imap && protocol.startsWith('imap')) || (pop3 && protocol.startsWith('pop3'));
}
