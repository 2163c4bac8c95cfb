import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../plugin/database/database.js';
import { migrate, migrations, rollBack } from '../../plugin/database/migrate.js';
import { dropViews } from '../../plugin/database/views.js';
import { StartError } from '../../plugin/errors.js';
import { defineMailViews } from '../../plugin/mail-server/define-views.js';
import { engines } from '../support/app.js';
import { useTestAppEach } from '../support/opened.js';

for (const engine of engines) {
  describe(`migrations on ${engine}`, () => {
    const app = useTestAppEach(engine);

    it('go up, down to nothing and up again', async () => {
      await rollBack(app.db.knex, defineMailViews);
      assert.equal(await app.db.knex.schema.hasTable('domains'), false);

      const again = await migrate(app.db.knex, defineMailViews);
      assert.deepEqual(
        again,
        migrations.map(({ name }) => name),
      );
    });

    it('do not wait for a writer when there are none to run', async () => {
      const other = openDatabase(app.db.location);
      await app.db.transaction(async (tx) => {
        await tx('settings').insert({ key: 'long', value: '1' });
        assert.deepEqual(await migrate(other.knex, defineMailViews), []);
      });
      await other.close();
    });

    it('wait for a writer when there are some to run, also without views', async () => {
      const other = openDatabase(app.db.location);
      const newest = migrations.at(-1);
      await dropViews(other.knex, defineMailViews);
      await newest?.down(other.knex);
      await other.knex('knex_migrations').where({ name: newest?.name }).delete();
      let migrating: Promise<string[]> | undefined;
      await app.db.transaction(async (tx) => {
        await tx('settings').insert({ key: 'long', value: '1' });
        migrating = migrate(other.knex, defineMailViews);
        migrating.catch(() => {});
        await sleep(500);
      });
      assert.deepEqual(await migrating, [newest?.name]);
      await other.close();
    });

    it('refuse a database that is newer than the program, in one line', async () => {
      await app.db.knex('knex_migrations').insert({
        name: '999-from-the-future',
        batch: 1,
        migration_time: new Date(),
      });
      await assert.rejects(migrate(app.db.knex, defineMailViews), (error) => {
        assert.ok(error instanceof StartError);
        assert.match(error.message, /newer.*999-from-the-future/);
        return true;
      });
    });

    it('create tables that distinguish names which default collations consider equal', async () => {
      const names = ['admin', 'ádmin', 'admın', 'ADMIN', 'admin '];
      for (const key of names) {
        await app.db.knex('settings').insert({ key, value: '1' });
      }
      const found = await app.db.knex('settings').where({ key: 'admin' });
      assert.equal(found.length, 1);
    });
  });
}
