import assert from 'node:assert/strict';
import Sqlite from 'better-sqlite3';
import { listsOf, registrations } from '../../plugin/features.js';
import { registrations as standaloneRegistrations } from '../../plugin/panel/standalone/registrations.js';
import type { Filter } from '../../plugin/tables/filter.js';
import type { SetFilter } from '../../plugin/tables/table-filters.js';
import { soughtIn } from '../../plugin/tables/sought.js';
import { type Part, TableSql } from '../../plugin/tables/table-sql.js';
import { NearSearches } from '../../plugin/tables/near-searches.js';
import { TableQuery } from '../../plugin/tables/table-query.js';
import { mayBeNull, orderOf, parseTableState } from '../../plugin/tables/table-state.js';
import type { AnyTable } from '../../plugin/tables/table.js';
import type { Scope } from '../../plugin/viewing/scope.js';
import { languageFor, locales } from '../../plugin/web/locale.js';
import { useTestApp } from '../support/opened.js';

const lists = await listsOf([...registrations, ...standaloneRegistrations]);

describe('every list', () => {
  const app = useTestApp();

  /** How SQLite reads the first page of the rows that a filter leaves. */
  const planOf = async (list: AnyTable, filter: Filter, scope: Scope): Promise<string> =>
    orderPlanOf(list, scope, {
      sort: list.defaultSort,
      way: list.defaultDirection ?? 'asc',
      filters: [{ filter, values: [1], compare: '=', isCommon: false }],
    });

  const orderPlanOf = async (
    list: AnyTable,
    scope: Scope,
    {
      sort,
      way,
      key = [],
      filters = [],
    }: Pick<Part, 'way'> & {
      readonly sort: string;
      readonly key?: Part['key'];
      readonly filters?: readonly SetFilter[];
    },
  ): Promise<string> => {
    const { db } = app;
    const sought = soughtIn({ scope, parent: 1 }, { kind: 'walk', words: [], shape: '' }, filters);
    const build = new TableSql(db, list).inOrder(sought, {
      what: 'rows',
      order: orderOf(list, sort),
      way,
      key,
      hasNulls: mayBeNull(list, sort),
      skip: 0,
      limit: 51,
    });
    const query = build(() => db.knex.raw('1')).toQuery();
    const steps: { detail: string }[] = await db.knex.raw(`EXPLAIN QUERY PLAN ${query}`);
    const plan = steps.map(({ detail }) => detail).join('\n');
    // What does not depend on the row is read once, such as the names of webmail applications.
    return plan.replaceAll(/^SCALAR SUBQUERY \d+\nSCAN \w+$/gm, '');
  };

  for (const list of lists) {
    it(`can be paged in each of its orders: ${list.key}`, () => {
      const { location, knex } = app.db;
      assert.ok(location.engine === 'sqlite');
      const db = new Sqlite(location.file, { readonly: true });
      const read = new Map(
        db
          .prepare(list.from(knex).toQuery())
          .columns()
          .map(({ name, table, column }) => [name, { table, column }]),
      );
      const orders = list.columns.flatMap(({ sortBy = [], mayBeNull: may = false }) =>
        sortBy.map((order, index) => ({ order, may: may && index === 0 })),
      );
      assert.ok(orders.length > 0);
      for (const { order, may } of orders) {
        const source = read.get(order.replace(/^.*\./, ''));
        assert.ok(source, `${order} is not read`);
        const { table, column } = source;
        // What is computed is in no table.
        if (table === null || column === null) {
          continue;
        }
        const known = db
          .prepare<[string, string], { notnull: number; pk: number }>(
            'SELECT "notnull", pk FROM pragma_table_info(?) WHERE name = ?',
          )
          .get(table, column);
        const isNever = known?.notnull === 1 || known?.pk === 1;
        // Of rows that are joined, there may be none.
        const isJoined = list.id !== undefined && !list.id.startsWith(`${table}.`);
        assert.ok(isNever !== may || (may && isJoined), `${order} may be null`);
      }
      db.close();
    });

    it(`answers a search for what no row has: ${list.key}`, async () => {
      const { db } = app;
      const scope = { kind: 'all' } as const;
      const listing = { scope, parent: 1, state: parseTableState(list, { q: 'nonexistent' }) };
      assert.equal((await new TableQuery(db, list).page(listing)).rows.length, 0);
      const near = await new NearSearches(db, list).of(listing, languageFor('en'));
      assert.deepEqual(near.texts, []);
    });

    it(`has a heading for each column and a label for each filter: ${list.key}`, () => {
      const keys = [
        ...list.columns.map(({ key }) => `${list.key}.columns.${key}`),
        ...(list.filters ?? []).map(({ label }) => label),
      ];
      for (const locale of locales) {
        const { has } = languageFor(locale);
        assert.deepEqual(
          keys.filter((key) => !has(key)),
          [],
          `missing in ${locale}`,
        );
      }
    });

    it(`reads an indexed filter’s rows in the list’s order: ${list.key}`, async () => {
      for (const filter of list.filters ?? []) {
        for (const kind of filter.indexed ?? []) {
          const plan = await planOf(list, filter, { kind, accountId: 1 } as Scope);
          assert.doesNotMatch(
            plan,
            filter.kind === 'several' ? /^SCAN /m : /^SCAN |ORDER BY/m,
            `${filter.key} has no index for the scope ${kind}: ${plan}`,
          );
        }
      }
    });

    // Lists that can be large have an index for their search.
    if (list.search?.index !== undefined) {
      it(`is read in each of its orders without sorting: ${list.key}`, async () => {
        for (const { sort, kind, way, key } of pagesOf(list)) {
          const plan = await orderPlanOf(list, { kind, accountId: 1 } as Scope, { sort, way, key });
          const sorts = /^USE TEMP B-TREE FOR .*ORDER BY/m;
          assert.doesNotMatch(plan, sorts, `${sort} ${way} in the scope ${kind}: ${plan}`);
        }
      });
    }

    it(`is sorted and named by columns that it has: ${list.key}`, () => {
      const sorted = list.columns.find(({ key }) => key === list.defaultSort);
      assert.ok(sorted?.sortBy !== undefined);
      assert.ok(list.columns.some(({ key }) => key === (list.nameColumn ?? list.defaultSort)));
    });
  }
});

/** The first and a further page in each order, direction and scope. */
function pagesOf(list: AnyTable): readonly (Pick<Part, 'way' | 'key'> & {
  readonly sort: string;
  readonly kind: Scope['kind'];
})[] {
  return list.columns.flatMap(({ key: sort, sortBy = [] }) =>
    (sortBy.length === 0 ? [] : scopesOf(list)).flatMap((kind) =>
      (['asc', 'desc'] as const).flatMap((way) =>
        [[], sortBy.map(() => 'value' as const)].map((key) => ({ sort, kind, way, key })),
      ),
    ),
  );
}

/** Scopes that may have many rows. An owner has few SMTP servers, and lists with scopes of their own narrow few rows. */
function scopesOf(list: AnyTable): readonly Scope['kind'][] {
  if (list.within !== undefined) {
    return ['all'];
  }
  return list.key === 'smtp-servers' ? ['all', 'reseller'] : ['all', 'reseller', 'owner'];
}
