import { readable } from '../../addresses/index.js';
import { foldText } from '../../database/fold-text.js';
import { type Pickable, sortedByName } from '../../tables/pickable.js';
import { smtpServerTable } from './table.js';

interface ServerRow {
  readonly id: number;
  readonly title: string;
  readonly sort_title: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Titles need not be unique, so each has its number: `Office #12`. The title alone is enough if only one server has it.
 */
export const pickableServers: Pickable<ServerRow> = {
  key: 'smtp-servers',
  permission: 'smtp-servers.view',
  notFound: 'smtp-servers.not-found.smtp-servers',
  table: {
    ...sortedByName(
      'smtp_servers',
      ['smtp_servers.sort_title', 'smtp_servers.id'],
      ['smtp_servers.title', 'smtp_servers.host', 'smtp_servers.port'],
    ),
    ...(smtpServerTable.search && { search: smtpServerTable.search }),
  },
  folded: (text) => foldText(text.replace(number, '')),
  shown: ({ id, title, host, port }) => ({
    id,
    name: `${title} #${id}`,
    note: `${readable(host)}:${port}`,
  }),
  isNamed: ({ id }, text) => {
    const [, typed] = number.exec(text) ?? [];
    return typed === undefined || Number(typed) === id;
  },
};

const number = /\s*#(\d{1,15})$/;
