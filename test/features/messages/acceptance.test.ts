import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Database } from '../../../plugin/database/database.js';
import { engines } from '../../support/app.js';
import { addAccount } from '../../support/fixtures.js';
import { type Scene, body, useScene } from './scene.js';

for (const engine of engines) {
  describe(`accepting messages on ${engine}`, () => {
    let scene: Scene;
    const opened = useScene(engine);
    before(async () => {
      ({ scene } = opened);
      await addAccount(scene.app, 'agency', { role: 'reseller' });
    });
    beforeEach(async () => {
      await scene.addServer(587);
    });

    it('assigns a message to the reseller of that moment, even while the account moves', async () => {
      const resellers = ['agency', 'reseller'];
      const { message } = await scene.accept(
        scene.outbox({
          ...scene.app.db,
          async transaction(work) {
            await scene.moveMarie(resellers[0] ?? '');
            resellers.reverse();
            return await scene.app.db.transaction(work);
          },
        }),
      );
      const { parent_id: now } = await scene.app.db
        .knex('accounts')
        .where({ id: scene.marie.accountId })
        .first();
      assert.equal((await scene.page(message.id)).message.resellerId, now);
    });

    it('computes the same fingerprint for a message as before copies existed', async () => {
      await scene.accept(scene.outbox(), {}, 'key');
      const { service, to, subject, text } = body;
      const before = JSON.stringify([service, to, subject, text, null, []]);
      const { fingerprint } = await scene.app.db.knex('messages').first();
      assert.equal(fingerprint, createHash('sha256').update(before).digest('hex'));
    });

    it('reports that a message is queued although the database fails right after', async () => {
      const queued = await scene.accept(scene.outbox(goneAfterTransactions(scene.app.db, 1)));
      const { message, recipients } = await scene.page(queued.message.id);
      assert.deepEqual(queued, { message, recipients });
    });
  });
}

function goneAfterTransactions(db: Database, count: number): Database {
  let left = count;
  return {
    ...db,
    get knex() {
      assert.ok(left > 0, 'The database is gone.');
      return db.knex;
    },
    async transaction(work) {
      const result = await db.transaction(work);
      left -= 1;
      return result;
    },
  };
}
