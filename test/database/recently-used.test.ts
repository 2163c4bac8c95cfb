import assert from 'node:assert/strict';
import { mock } from 'node:test';
import Sqlite from 'better-sqlite3';
import { PreparedShapes } from '../../plugin/database/prepared-shapes.js';
import { openDatabase } from '../../plugin/database/database.js';
import { sqliteReader } from '../../plugin/database/sqlite-reader.js';
import { useTestApp } from '../support/opened.js';

const many = 2000;

describe('prepared queries', () => {
  const app = useTestApp();

  it('of a list are dropped, except those used last', () => {
    const shapes = new PreparedShapes<{ one: number }>(app.db);
    let built = 0;
    const use = (shape: number): void => {
      shapes.of([shape], () => {
        built += 1;
        return app.db.knex.select(app.db.knex.raw('1 as one'));
      });
    };
    for (let shape = 0; shape < many; shape += 1) {
      use(shape);
      use(0);
    }
    assert.equal(built, many, 'one that is in use stays');
    use(many - 1);
    assert.equal(built, many);
    use(1);
    assert.equal(built, many + 1, 'one that was used long ago is built again');
  });

  it('of changes in SQLite are kept, unless they are long, and follow the schema', async () => {
    const { location } = app.db;
    const { mock: counted } = mock.method(Sqlite.prototype, 'prepare');
    const db = openDatabase(location);
    try {
      await db.knex.raw('CREATE TEMP TABLE kept (one)');
      counted.resetCalls();
      for (let one = 0; one < many; one += 1) {
        await db.knex('kept').insert({ one });
      }
      assert.equal(counted.callCount(), 1);
      assert.deepEqual(await db.knex('kept').where({ one: 7 }), [{ one: 7 }]);
      await db.knex.raw('ALTER TABLE kept ADD COLUMN two DEFAULT 2');
      assert.deepEqual(await db.knex('kept').where({ one: 7 }), [{ one: 7, two: 2 }]);
      assert.equal(counted.callCount(), 3);
      const long = `SELECT 1 AS one -- ${'x'.repeat(4000)}`;
      await db.knex.raw(long);
      await db.knex.raw(long);
      assert.equal(counted.callCount(), 5);
    } finally {
      counted.restore();
      await db.close();
    }
  });

  it('of SQLite are dropped, except those used last', async () => {
    const { location } = app.db;
    assert.ok('file' in location);
    const reader = sqliteReader(location.file);
    const { mock: counted } = mock.method(Sqlite.prototype, 'prepare');
    try {
      for (let index = 0; index < many; index += 1) {
        await reader.run(`SELECT ${index} AS one`, []);
        assert.deepEqual(await reader.run('SELECT -1 AS one', []), [{ one: -1 }]);
      }
      assert.equal(counted.callCount(), many + 1, 'one that is in use stays');
      assert.deepEqual(await reader.run('SELECT 1 AS one', []), [{ one: 1 }]);
      assert.equal(counted.callCount(), many + 2, 'one that was used long ago is prepared again');
    } finally {
      counted.restore();
      await reader.close();
    }
  });
});
