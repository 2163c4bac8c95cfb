import type { DomainRow } from '../../panel/directory/domain.js';
import { type OpenWebmail, openWebmail } from '../../panel/directory/open-webmail.js';
import type { WebmailStore } from '../../panel/directory/webmail-store.js';
import type { MailPort, Settings } from '../settings/index.js';
import type { Mailbox } from './mailbox.js';

/** How mail programs reach a mailbox. */
export interface MailProgramSettings {
  /** From the settings; empty when unknown. */
  readonly hosts: readonly string[];
  readonly receiving: readonly MailPort[];
  readonly sending: readonly MailPort[];
  readonly webmail: OpenWebmail | undefined;
}

export interface MailProgramParts {
  readonly settings: Pick<Settings, 'mailPorts' | 'texts'>;
  readonly webmails: WebmailStore;
}

export async function forMailPrograms(
  { settings, webmails }: MailProgramParts,
  domain: DomainRow,
  mailbox: Mailbox,
): Promise<MailProgramSettings> {
  const ports = await settings.mailPorts();
  return {
    hosts: await settings.texts('mail-hosts'),
    receiving: ports.filter((each) => isReceiving(each, mailbox)),
    sending: ports.filter(({ protocol }) => protocol.startsWith('submission')),
    webmail: openWebmail(await webmails.list(), domain, mailbox.address),
  };
}

function isReceiving({ protocol }: MailPort, { imap, pop3 }: Mailbox): boolean {
  return (imap && protocol.startsWith('imap')) || (pop3 && protocol.startsWith('pop3'));
}
