import { EmailAddress } from '../../addresses/index.js';
import { type Pickable, sortedByName } from '../../tables/pickable.js';

interface MailboxRow {
  readonly id: number;
  readonly address: string;
  readonly utf8_address: string | null;
  readonly display_name: string;
}

/** Mailboxes by address, and by the name of their domain. */
export const pickableMailboxes: Pickable<MailboxRow> = {
  key: 'mailboxes',
  permission: 'mailboxes.view',
  notFound: 'mailboxes.not-found.mailboxes',
  table: {
    ...sortedByName(
      'mailboxes',
      ['mailboxes.address', 'mailboxes.id'],
      ['mailboxes.utf8_address', 'mailboxes.display_name'],
      (mailboxes) => mailboxes.join('domains', 'domains.id', 'mailboxes.domain_id'),
    ),
    // Searches the domain only: an index of their own would cost more at each change than it saves.
    search: {
      column: 'domains.search_text',
      index: { table: 'domains_search', id: 'domains.id' },
    },
  },
  folded: (text) => addressIn(text) ?? text.toLowerCase(),
  shown: ({ id, address, utf8_address: unicode, display_name: name }) => ({
    id,
    name: unicode ?? address,
    note: name,
  }),
};

function addressIn(text: string): string | undefined {
  try {
    return EmailAddress.parse(text).toString();
  } catch {
    return undefined;
  }
}
