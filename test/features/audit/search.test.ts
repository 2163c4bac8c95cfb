import assert from 'node:assert/strict';
import type { Database } from '../../../plugin/database/database.js';
import type { Scope } from '../../../plugin/viewing/scope.js';
import { TableQuery } from '../../../plugin/tables/table-query.js';
import { parseTableState } from '../../../plugin/tables/table-state.js';
import { engines } from '../../support/app.js';
import { type TestEntry, addEntries } from '../../support/entries.js';
import { useTestApp } from '../../support/opened.js';

type Values = Parameters<Database['runPrepared']>[1];

const owners = [null, 11, 12] as const;

for (const engine of engines) {
  describe(`the search of the audit log on ${engine}`, () => {
    const app = useTestApp(engine);

    const add = async (from: number, count: number): Promise<void> => {
      await addEntries(
        app.db,
        Array.from({ length: count }, (_none, index) => entry(from + index)),
      );
    };

    /** The entries that are found, and how many rows the database read for them. */
    const search = async (
      q: string,
      scope: Scope = { kind: 'all' },
    ): Promise<{ found: string[]; read: number; statements: [string, Values][] }> => {
      const statements: [string, Values][] = [];
      let read = 0;
      const counting: Database = {
        ...app.db,
        runPrepared: async (sql, values) => {
          const rows = await app.db.runPrepared(sql, values);
          statements.push([sql, values]);
          read += rows.length;
          return rows;
        },
      };
      const { auditTable } = app.features;
      const query = new TableQuery(counting, auditTable);
      const { rows } = await query.page({ scope, state: parseTableState(auditTable, { q }) });
      return { found: rows.map(({ subject }) => subject).toSorted(), read, statements };
    };

    it('reads no more rows as the log grows', async () => {
      await add(0, 600);
      const first = await search('number7.');
      assert.deepEqual(first.found, ['number7.']);
      await add(600, 2400);
      const second = await search('number7.');
      assert.deepEqual(second.found, ['number7.']);
      assert.equal(second.read, first.read);
      const [, ...ofRows] = second.statements;
      for (const [sql, values] of ofRows) {
        await assertByKey(app.db, sql, values);
      }
    });

    it('finds each entry within the scopes that see it, with and without an owner', async () => {
      const all = async (scope?: Scope) => (await search('number29', scope)).found.length;
      const expected = Array.from({ length: 3000 }, (_none, index) => index).filter((index) =>
        `number${index}.`.includes('number29'),
      );
      const of = (owner: number | null): number =>
        expected.filter((index) => owners[index % 3] === owner).length;
      assert.equal((await search('number2999.')).found.length, 1);
      assert.equal(await all({ kind: 'owner', accountId: 11 }), Math.min(of(11), 50));
      assert.equal(await all({ kind: 'owner', accountId: 12 }), Math.min(of(12), 50));
      for (const index of [3, 4, 5]) {
        assert.deepEqual((await search(`number${index}.`)).found, [`number${index}.`]);
      }
      const north: Scope = { kind: 'reseller', accountId: 7 };
      assert.deepEqual((await search('number4.', north)).found, ['number4.'], 'of its time');
      assert.deepEqual((await search('number1501.', north)).found, [], 'of another since');
    });
  });
}

/** The owner with ID 11 moved to another reseller after half of the entries. */
function entry(index: number): TestEntry {
  const owner = owners[index % 3] ?? null;
  return {
    at: index,
    actor: 'cli',
    origin: 'cli',
    action: 'domain.created',
    subject: `number${index}.`,
    owner_id: owner,
    reseller_id: owner === 11 ? (index < 1500 ? 7 : 8) : null,
    search_text: `cli number${index}.`,
  };
}

async function assertByKey(db: Database, sql: string, values: Values): Promise<void> {
  const isSqlite = db.location.engine === 'sqlite';
  const plan = await db.runPrepared(`EXPLAIN ${isSqlite ? 'QUERY PLAN ' : ''}${sql}`, [...values]);
  if (isSqlite) {
    const details = plan.map(({ detail }) => String(detail)).join('\n');
    assert.match(details, /SEARCH audit_entries USING INTEGER PRIMARY KEY/);
    return;
  }
  const rows = plan.filter(({ table }) => table === 'audit_entries');
  assert.deepEqual(new Set(rows.map(({ key }) => key)), new Set(['PRIMARY']));
}
