import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { type Database, fileOf, openDatabase } from '../../plugin/database/database.js';
import { engineOf } from '../../plugin/database/engine.js';
import { migrate, migrations } from '../../plugin/database/migrate.js';
import { StartError } from '../../plugin/errors.js';
import { defineMailViews } from '../../plugin/mail-server/define-views.js';
import { mailViewNames, mailViews } from '../../plugin/mail-server/views.js';
import { type EmptyDatabase, createEmptyDatabase } from '../support/empty-database.js';
import { engines } from '../support/app.js';
import { temporaryFolder } from '../support/processes.js';

/** The migration that came with the last change of the views, and the digest of their queries since then. */
const changedBy = {
  migration: '047-mail-views',
  digest: '87ccbd5d21f8e68ac9cb93fe28376e8507a2b9a38c466dabbd47b81c6f9a191a',
};

describe('the queries of the mail views', () => {
  it('only change together with a migration, which older programs refuse', () => {
    const queries = [defineMailViews({ concat: (...texts) => texts.join(' || ') })];
    const digest = createHash('sha256').update(JSON.stringify(queries)).digest('hex');
    assert.equal(
      digest,
      changedBy.digest,
      'The views differ: add a migration, and say here which one it is.',
    );
    assert.ok(migrations.some(({ name }) => name === changedBy.migration));
  });
});

for (const engine of engines) {
  describe(`the mail views after migrations, on ${engine}`, () => {
    let empty: EmptyDatabase;
    let db: Database;
    let growing: Database;
    before(() => {
      const file = join(temporaryFolder('growing'), 'panel.sqlite');
      growing = openDatabase({ engine: 'sqlite', file });
    });
    after(() => growing.close());
    beforeEach(async () => {
      empty = await createEmptyDatabase(engine);
      db = openDatabase(empty.location);
    });
    afterEach(async () => {
      await db.close();
      await empty.remove();
    });

    for (const count of engine === 'sqlite' ? migrations.keys() : [1, 17]) {
      const last = migrations[count - 1]?.name ?? 'nothing';
      it(`are created in a database at ${last}`, async () => {
        await placeAt(count);
        await migrate(db.knex, defineMailViews);
        await assertWhole(db.knex);
        assert.deepEqual(await migrate(db.knex, defineMailViews), []);
      });
    }

    /** On SQLite a copy of a database that grows from one test to the next. */
    async function placeAt(count: number): Promise<void> {
      const file = fileOf(empty.location);
      if (file === undefined) {
        await migrateAsBefore(db.knex, count);
      } else {
        await migrateAsBefore(growing.knex, count);
        await growing.knex.raw('VACUUM INTO ?', [file]);
      }
    }

    it('are recreated after an interruption before their creation', async () => {
      await migrate(db.knex, defineMailViews);
      await db.knex.raw('DROP VIEW postfix_aliases');
      await db.knex('made_views').where('name', 'postfix_aliases').delete();
      assert.deepEqual(await migrate(db.knex, defineMailViews), []);
      await assertWhole(db.knex);
    });

    it('are replaced by those of the starting program, and outdated ones are dropped', async () => {
      await migrate(db.knex, () => ({ ...queriesOfBefore, old_view: 'SELECT 1' }));
      await db.knex('old_view');
      await migrate(db.knex, defineMailViews);
      await assertWhole(db.knex);
      await assert.rejects(async () => await db.knex('old_view'));
    });

    it('are complete after two concurrent migrations', async () => {
      await migrateAsBefore(db.knex, 20);
      const other = openDatabase(empty.location);
      const ends = await Promise.allSettled(
        [db, other].map((each) => migrate(each.knex, defineMailViews)),
      );
      await other.close();
      assert.ok(ends.some(({ status }) => status === 'fulfilled'));
      for (const end of ends) {
        assert.ok(end.status === 'fulfilled' || end.reason instanceof StartError);
      }
      assert.deepEqual(await migrate(db.knex, defineMailViews), []);
      await assertWhole(db.knex);
    });

    it('are available to the mail servers throughout', async () => {
      await migrateAsBefore(db.knex, 20);
      const reader = openDatabase(empty.location);
      const done = new AbortController();
      const migrating = migrate(db.knex, defineMailViews).finally(() => done.abort());
      while (!done.signal.aborted) {
        await reader.knex('postfix_mailbox_domains');
      }
      await migrating;
      await reader.close();
    });
  });
}

/** Migrates the database as an older program did, whose migrations created views. */
async function migrateAsBefore(db: Knex, count: number): Promise<void> {
  await db.migrate.latest({
    migrationSource: {
      getMigrations: async () => migrations.slice(0, count),
      getMigrationName: ({ name }: (typeof migrations)[number]) => name,
      getMigration: async (each: (typeof migrations)[number]) => each,
    },
  });
  if (count >= 2) {
    for (const [name, query] of Object.entries(queriesOfBefore)) {
      await engineOf(db).replaceView(db, name, query);
    }
  }
}

const queriesOfBefore = Object.fromEntries(
  mailViewNames.map((name) => [
    name,
    'SELECT id AS domain_id, name AS lookup_key, owner_id AS result FROM domains',
  ]),
);

async function assertWhole(db: Knex): Promise<void> {
  for (const view of mailViewNames) {
    const columns = mailViews[view];
    assert.deepEqual(await db(view).select(columns), [], view);
  }
}
