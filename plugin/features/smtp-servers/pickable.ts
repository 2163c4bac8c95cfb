import { readable } from '../../addresses/index.js';
import { foldText } from '../../database/fold-text.js';
import type { Knex } from 'knex';
import { type Pickable, sortedByName } from '../../tables/pickable.js';
import type { Picker } from '../../tables/picker.js';
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
  ...serversAmong('smtp-servers', (servers) => servers),
  page: { rank: 50, route: '/smtp-servers/:id', path: ({ id }) => `/smtp-servers/${id}` },
};

/** Servers whose sender's address is confirmed. */
export const pickableConfirmedServers = serversAmong('confirmed-servers', (servers) =>
  servers.where('smtp_servers.confirmation', 'confirmed'),
);

function serversAmong(
  key: string,
  narrow: (servers: Knex.QueryBuilder) => Knex.QueryBuilder,
): Pickable<ServerRow> {
  return {
    key,
    permission: 'smtp-servers.view',
    notFound: `smtp-servers.not-found.${key}`,
    table: {
      ...sortedByName(
        'smtp_servers',
        ['smtp_servers.sort_title', 'smtp_servers.id'],
        ['smtp_servers.title', 'smtp_servers.host', 'smtp_servers.port'],
        narrow,
      ),
      ...(smtpServerTable.search && { search: smtpServerTable.search }),
    },
    folded: (text) => foldText(text.replace(number, '')),
    shown: (server) => ({
      id: server.id,
      name: pickedName(server),
      note: `${readable(server.host)}:${server.port}`,
    }),
    isNamed: ({ id }, text) => {
      const [, typed] = number.exec(text) ?? [];
      return typed === undefined || Number(typed) === id;
    },
  };
}

export function pickedName({ id, title }: Pick<ServerRow, 'id' | 'title'>): string {
  return `${title} #${id}`;
}

const number = /\s*#(\d{1,15})$/;

export type ServerPicker = Picker<ServerRow>;
