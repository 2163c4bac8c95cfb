import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type Database, openDatabase } from '../../plugin/database/database.js';
import { sealedIn } from '../../plugin/feature.js';
import { lostKeyIds, reseal, sealedKeyIds } from '../../plugin/secrets/sealed-columns.js';
import { keyIdOf, Secrets } from '../../plugin/secrets/secrets.js';
import { engines, openTestApp } from '../support/app.js';
import { addConfirmedServer } from '../support/confirmed-server.js';
import { createEmptyDatabase, type EmptyDatabase } from '../support/empty-database.js';
import { addAccount, addDomain } from '../support/fixtures.js';

const columns = [
  { table: 'servers', column: 'password' },
  { table: 'servers', column: 'token' },
  { table: 'accounts', column: 'secret' },
];

for (const engine of engines) {
  describe(`sealed columns of several tables, on ${engine}`, () => {
    const older = randomBytes(32);
    const newer = randomBytes(32);
    const before = new Secrets([older]);
    const during = new Secrets([newer, older]);
    const after = new Secrets([newer]);
    let empty: EmptyDatabase;
    let db: Database;

    beforeEach(async () => {
      empty = await createEmptyDatabase(engine);
      db = openDatabase(empty.location);
      for (const table of ['servers', 'accounts']) {
        await db.knex.schema.createTable(table, (columnsOf) => {
          columnsOf.bigIncrements('id');
          columns
            .filter((each) => each.table === table)
            .forEach(({ column }) => columnsOf.text(column).nullable());
        });
      }
      // What a transaction of SQLite takes its lock by.
      await db.knex.schema.createTable('settings', (table) => table.integer('id'));
      await fill();
    });
    afterEach(async () => {
      await db.close();
      await empty.remove();
    });

    /** More rows than are encrypted at once, some without a secret. */
    async function fill(): Promise<void> {
      const ids = Array.from({ length: 450 }, (_, index) => index + 1);
      await db.knex.batchInsert(
        'servers',
        ids.map((id) => ({
          id,
          password: id % 2 ? null : sealed(before, id, 'password'),
          token: null,
        })),
        100,
      );
      await db
        .knex('servers')
        .where({ id: 3 })
        .update({ token: sealed(before, 3, 'token') });
      await db.knex('accounts').insert({ id: 9, secret: sealed(before, 9, 'secret') });
    }

    it('are all encrypted with the newest key, each bound to its place', async () => {
      assert.equal(await reseal(db, during, columns), 227);
      for (const { table, column } of columns) {
        const rows: Record<string, unknown>[] = await db.knex(table).whereNotNull(column);
        assert.ok(rows.length > 0);
        for (const row of rows) {
          const id = Number(row['id']);
          assert.equal(after.open(String(row[column]), place(column, id)), `${column} ${id}`);
        }
      }
      assert.equal(await reseal(db, during, columns), 0);
    });

    it('say which keys they are encrypted with, and which of these are lost', async () => {
      assert.deepEqual(await sealedKeyIds(db.knex, columns), [idOf(before)]);
      await db.knex('accounts').update({ secret: sealed(during, 9, 'secret') });
      assert.deepEqual(
        (await sealedKeyIds(db.knex, columns)).toSorted(),
        [idOf(before), idOf(after)].toSorted(),
      );
      assert.deepEqual(await lostKeyIds(db.knex, after, columns), [idOf(before)]);
      assert.deepEqual(await lostKeyIds(db.knex, during, columns), []);
    });

    it('keep what cannot be opened, and say so', async () => {
      await db.knex('servers').where({ id: 400 }).update({ password: `v1.00000000.AAAA` });
      await assert.rejects(reseal(db, during, columns), /The key 00000000 is not in the key file/);
      const row = await db
        .knex<{ id: number; password: string }>('servers')
        .where('id', 400)
        .first();
      assert.equal(row?.password, 'v1.00000000.AAAA');
    });
  });
}

function sealed(secrets: Secrets, id: number, column: string): string {
  return secrets.seal(`${column} ${id}`, place(column, id));
}

function idOf(secrets: Secrets): string {
  return keyIdOf(sealed(secrets, 1, 'secret'));
}

function place(column: string, row: number): { table: string; column: string; row: number } {
  const table = columns.find((each) => each.column === column)?.table ?? '';
  return { table, column, row };
}

describe('the columns that are sealed', () => {
  it('are those that the features declare', async () => {
    const app = await openTestApp('sqlite');
    await addAccount(app, 'marie');
    await addDomain(app, 'marie.example', 'marie');
    await addConfirmedServer(app, 'marie.example', { password: 'a secret' });
    const found = new Set<string>();
    for (const { table, column } of await textColumns()) {
      const [row] = await app.db.knex(table).where(column, 'like', 'v1.________.%').limit(1);
      if (row !== undefined) {
        found.add(`${table}.${column}`);
      }
    }
    const declared = sealedIn(app.registered).map(({ table, column }) => `${table}.${column}`);
    assert.deepEqual([...found].toSorted(), declared.toSorted());
    await app.remove();

    async function textColumns(): Promise<{ table: string; column: string }[]> {
      return await app.db.knex.raw(
        `SELECT t.name AS "table", c.name AS "column" FROM sqlite_master t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND c.type LIKE '%text%'`,
      );
    }
  });
});
