import assert from 'node:assert/strict';
import Sqlite from 'better-sqlite3';
import { listsOf, registrations } from '../../plugin/features.js';
import { standaloneRegistrations } from '../../plugin/panel/standalone/registrations.js';
import { type TestApp, openTestApp } from '../support/app.js';

const lists = await listsOf([...registrations, ...standaloneRegistrations]);

describe('every list', () => {
  let app: TestApp;
  before(async () => {
    app = await openTestApp('sqlite');
  });
  after(() => app.remove());

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
      const orders = list.columns.flatMap(({ sortBy }) => sortBy ?? []);
      assert.ok(orders.length > 0);
      for (const order of orders) {
        const { table, column } = read.get(order.replace(/^.*\./, '')) ?? {};
        assert.ok(table && column, `${order} is not read`);
        const known = db
          .prepare<[string, string], { notnull: number; pk: number }>(
            'SELECT "notnull", pk FROM pragma_table_info(?) WHERE name = ?',
          )
          .get(table, column);
        assert.ok(known?.notnull === 1 || known?.pk === 1, `${order} may be null`);
      }
      db.close();
    });

    it(`is sorted and named by columns that it has: ${list.key}`, () => {
      const sorted = list.columns.find(({ key }) => key === list.defaultSort);
      assert.ok(sorted?.sortBy !== undefined);
      assert.ok(list.columns.some(({ key }) => key === (list.nameColumn ?? list.defaultSort)));
    });
  }
});
