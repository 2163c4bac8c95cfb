import type { Knex } from 'knex';
import { engineOf } from '../../database/engine.js';
import type { Pickable } from '../../tables/pickable.js';
import { languageFor } from '../../web/locale.js';
import { builtInServices, serviceName } from '../smtp-servers/index.js';

interface ServiceRow {
  readonly key: string;
  readonly name_en: string;
  readonly name_fr: string;
}

/** Services by key, as programs name them. They have no owner, and are few, so they are searched without an index. */
export const pickableServices: Pickable<ServiceRow> = {
  key: 'services',
  permission: 'messages.view',
  notFound: 'messages.not-found.services',
  table: {
    key: 'services',
    defaultSort: 'name',
    columns: [{ key: 'name', sortBy: ['services.key'], cell: () => ({ text: '' }) }],
    search: { column: 'services.search_text', id: 'services.`key`' },
    within(rows, scope, accountId) {
      if (scope.kind === 'mailbox') {
        rows.whereRaw('1 = 0');
      } else if (scope.kind !== 'all') {
        rows.whereRaw('EXISTS (SELECT 1 FROM accounts WHERE accounts.id = ?)', [accountId]);
      }
    },
    from: (db) =>
      db.select('services.key', 'services.name_en', 'services.name_fr').from(services(db)),
    countFrom: (db) => db.from(services(db)),
  },
  shown: ({ key, name_en: en, name_fr: fr }) => ({
    id: key,
    name: key,
    note: en === fr ? en : `${en} / ${fr}`,
  }),
};

function services(db: Knex): Knex.QueryBuilder {
  const builtIn = builtInServices.map((key) => {
    const [en, fr] = (['en', 'fr'] as const).map((locale) =>
      serviceName({ key, names: undefined }, languageFor(locale)),
    );
    return db.select(
      db.raw(
        [key, en, fr, `${key} ${en} ${fr}`.toLowerCase()]
          .map((text, index) => `'${text}' AS ${columns[index]}`)
          .join(', '),
      ),
    );
  });
  const engine = engineOf(db);
  const added = db('sending_services').select(
    'key',
    'name_en',
    'name_fr',
    db.raw(`LOWER(${engine.concat('`key`', "' '", 'name_en', "' '", 'name_fr')}) AS search_text`),
  );
  return db.unionAll([...builtIn, added]).as('services');
}

const columns = ['`key`', 'name_en', 'name_fr', 'search_text'] as const;
