import type { Command } from 'commander';
import { type List, type ListParent, addList } from '../../commands/list.js';
import { type Terminal, labelled } from '../../commands/terminal.js';
import { type Show, addShow } from '../../commands/verbs.js';
import type { Language } from '../../web/locale.js';
import { mailboxFields } from './audit-fields.js';
import type { Mailbox } from './mailbox.js';
import { shownIn } from './mailbox-store.js';
import type { MailboxPage } from './mailboxes.js';
import { type MailboxListRow, mailboxTable } from './table.js';
import { asAddress } from './typed-address.js';

export function addMailboxListCommands(mailbox: Command): void {
  addList(mailbox, list);
  addShow(mailbox, show);
}

/** Lists of mailboxes and aliases are those of a domain. */
export const inDomain: ListParent = {
  usage: '<domain>',
  idOf: async ({ app, viewer }, name) =>
    (await app.features.domains.require(viewer.scope, name)).id,
};

const list: List<MailboxListRow> = {
  does: 'the mailboxes of a domain',
  examples: [
    'example.com',
    'example.com --search dupont --json',
    'example.com --where status=suspended',
  ],
  table: mailboxTable,
  parent: inDomain,
  asJson: shownIn,
};

const show: Show<MailboxPage> = {
  usage: 'show <address>',
  does: 'one mailbox',
  examples: ['info@example.com', 'info@bücher.example --json'],
  find: findMailbox,
  asJson: ({ mailbox }) => asJson(mailbox),
  asText: ({ mailbox }, language) => asText(mailbox, language),
};

export async function findMailbox({ app, viewer }: Terminal, text: string): Promise<MailboxPage> {
  return await app.features.mailboxes.byAddress(viewer, asAddress(text));
}

export function asJson(mailbox: Mailbox): object {
  const { address, displayAddress, suspended } = mailbox;
  return { address, displayAddress, ...mailboxFields(mailbox), suspended };
}

function asText(mailbox: Mailbox, language: Language): string {
  const { t, bytes } = language;
  const yesNo = (value: boolean): string => t(value ? 'form.yes' : 'form.no');
  return labelled([
    [t('mailboxes.columns.address'), mailbox.displayAddress],
    [t('mailboxes.columns.name'), mailbox.displayName || t('form.none')],
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
