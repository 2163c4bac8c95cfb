import assert from 'node:assert/strict';
import { inSavepoint } from '../../plugin/database/savepoint.js';
import { engines } from '../support/app.js';
import { addAccount } from '../support/fixtures.js';
import { useTestAppEach } from '../support/opened.js';

for (const engine of engines) {
  describe(`a savepoint on ${engine}`, () => {
    const app = useTestAppEach(engine);
    beforeEach(async () => {
      await addAccount(app, 'marie');
    });

    it('rolls back its own changes and no others', async () => {
      await app.db.transaction(async (tx) => {
        await tx('accounts').update({ name: 'Before' });
        const failed = inSavepoint(tx, async (inner) => {
          await inner('accounts').update({ name: 'Inside' });
          throw new Error('refused');
        });
        await assert.rejects(failed, /refused/);
      });
      assert.deepEqual(await app.db.knex('accounts').pluck('name'), ['Before']);
    });

    // As a deadlock does on MariaDB; on SQLite only the owner ends a transaction.
    const ends = engine === 'mariadb' ? it : undefined;
    ends?.('rethrows the error that ended the transaction', async () => {
      const ended = app.db.transaction((tx) =>
        inSavepoint(tx, async (inner) => {
          await inner.raw('ROLLBACK');
          throw new Error('a deadlock');
        }),
      );
      await assert.rejects(ended, /a deadlock/);
    });
  });
}
