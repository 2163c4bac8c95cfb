import type { Command } from 'commander';
import { addList } from '../../commands/list.js';
import { type Terminal, addVerbAbout, labelled } from '../../commands/terminal.js';
import { mailboxFields } from './audit-fields.js';
import type { Mailbox } from './mailbox.js';
import type { MailboxPage } from './mailboxes.js';
import { mailboxTable } from './table.js';
import { asAddress } from './typed-address.js';

export function addMailboxListCommands(mailbox: Command): void {
  addMailboxList(mailbox);
  addShow(mailbox);
}

function addMailboxList(mailbox: Command): void {
  addList(mailbox, {
    usage: 'list <domain>',
    does: 'the mailboxes of a domain',
    examples: [
      'mailbox list example.com',
      'mailbox list example.com --search dupont --json',
      'mailbox list example.com --where status=suspended',
    ],
    search: 'only those whose address or name has these words',
    isFiltered: true,
    table: mailboxTable,
    asJson: (row) => ({
      address: row.address,
      displayAddress: row.utf8_address ?? row.address,
      displayName: row.display_name,
      quotaBytes: row.quota_bytes,
      imap: row.imap === 1,
      pop3: row.pop3 === 1,
      suspended: row.suspended === 1,
    }),
    parentOf: async ({ app, viewer }, name) =>
      (await app.features.mailboxes.overview(viewer, name)).domain.id,
  });
}

function addShow(mailbox: Command): void {
  const verb = {
    usage: 'show <address>',
    does: 'one mailbox',
    examples: ['mailbox show info@example.com', 'mailbox show info@bücher.example --json'],
  };
  addVerbAbout(mailbox, verb, async (terminal, address) => {
    const { mailbox: found } = await findMailbox(terminal, address);
    terminal.print(asJson(found), asText(found, terminal));
  });
}

export async function findMailbox({ app, viewer }: Terminal, text: string): Promise<MailboxPage> {
  return await app.features.mailboxes.byAddress(viewer, asAddress(text));
}

export function asJson(mailbox: Mailbox): object {
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
