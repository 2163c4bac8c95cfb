import type { Knex } from 'knex';
import { type Scope, scopeColumn } from '../../viewing/scope.js';
import { type Pickable, sortedByName } from '../../tables/pickable.js';

interface WebmailRow {
  readonly key: string;
  readonly name: string;
}

/** Webmail applications, by the key that domains store. There are few, so they are searched without an index. */
export const pickableWebmails: Pickable<WebmailRow> = {
  key: 'webmails',
  permission: 'domain-mail.view',
  notFound: 'webmail.not-found.webmails',
  table: {
    ...sortedByName(
      'webmails',
      ['webmails.sort_name', 'webmails.id'],
      ['webmails.key', 'webmails.name'],
    ),
    search: { column: 'webmails.sort_name', id: 'webmails.id' },
    within: usedWithin,
  },
  shown: ({ key, name }) => ({ id: key, name, note: '' }),
};

/** They belong to the whole installation; who sees a part of it sees those that its domains use. */
function usedWithin(webmails: Knex.QueryBuilder, scope: Scope, accountId: Knex.Value): void {
  const owner = scopeColumn(scope);
  if (owner !== undefined) {
    webmails.whereExists((used) => {
      void used
        .from('domains')
        .where(`domains.${owner.column}`, accountId)
        .whereRaw('domains.webmail = webmails.key');
    });
  }
}
