import { EmailAddress } from '../../addresses/index.js';
import { type Pickable, sortedByName } from '../../tables/pickable.js';
import type { Table } from '../../tables/table.js';
import { forPeople } from './mailbox.js';
import { targetsOf } from './table.js';

interface AddressRow {
  readonly id: number;
  readonly address: string;
  readonly utf8_address: string | null;
  readonly domain_name: string;
}

interface MailboxRow extends AddressRow {
  readonly display_name: string;
}

/** Mailboxes by address, by a word of their owner's name or of the address, and by the name of their domain. */
export const pickableMailboxes: Pickable<MailboxRow> = {
  key: 'mailboxes',
  permission: 'mailboxes.view',
  notFound: 'mailboxes.not-found.mailboxes',
  table: byAddress('mailboxes', ['mailboxes.display_name']),
  isOfDomain: true,
  folded,
  shown: ({ display_name: note, ...row }) => ({ id: row.id, name: nameOf(row), note }),
  words: { table: 'mailbox_words', text: 'mailboxes.search_text' },
  page: {
    rank: 20,
    route: '/domains/:domain/mailboxes/:id',
    path: ({ id, domain_name: domain }) => `/domains/${domain}/mailboxes/${id}`,
    isByNameAlone: true,
  },
};

interface AliasRow extends AddressRow {
  readonly targets: string;
}

const aliasesByAddress = byAddress<AliasRow>('aliases', []);

/** Aliases by address, and by the name of their domain. */
export const pickableAliases: Pickable<AliasRow> = {
  key: 'aliases',
  permission: 'mailboxes.view',
  notFound: 'aliases.not-found.aliases',
  table: {
    ...aliasesByAddress,
    from: (db) => aliasesByAddress.from(db).select(targetsOf(db)),
  },
  isOfDomain: true,
  folded,
  shown: (row) => ({
    id: row.id,
    name: nameOf(row),
    note: row.targets.split(',').map(forPeople).join(', '),
  }),
  page: {
    rank: 30,
    route: '/domains/:domain/aliases/:id',
    path: ({ id, domain_name: domain }) => `/domains/${domain}/aliases/${id}`,
    isByNameAlone: true,
  },
};

/** Searches the domains' names: an index of the addresses would cost more at each change than it saves. */
function byAddress<Row>(name: 'mailboxes' | 'aliases', others: readonly string[]): Table<Row> {
  return {
    ...sortedByName<Row>(
      name,
      [`${name}.address`, `${name}.id`],
      [`${name}.utf8_address`, 'domains.name as domain_name', ...others],
      (rows) => rows.join('domains', 'domains.id', `${name}.domain_id`),
    ),
    id: `${name}.id`,
    search: {
      column: 'domains.search_text',
      id: 'domains.id',
      index: { table: 'domains_search' },
    },
  };
}

function nameOf({ address, utf8_address: unicode }: AddressRow): string {
  return unicode ?? address;
}

function folded(text: string): string {
  return addressIn(text) ?? text.toLowerCase();
}

function addressIn(text: string): string | undefined {
  try {
    return EmailAddress.parse(text).toString();
  } catch {
    return undefined;
  }
}
