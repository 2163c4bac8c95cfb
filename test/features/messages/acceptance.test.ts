import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { agreed } from '../../../plugin/changes/decision.js';
import type { Database } from '../../../plugin/database/database.js';
import type { Acceptance } from '../../../plugin/features/messages/acceptance.js';
import { bytesOf } from '../../../plugin/features/messages/bytes.js';
import { engines } from '../../support/app.js';
import { addAccount } from '../../support/fixtures.js';
import { body, useScene } from './scene.js';

for (const engine of engines) {
  describe(`accepting messages on ${engine}`, () => {
    const scene = useScene(engine);
    before(async () => {
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

    it('depends on the plan, and on messages under the same key', async () => {
      const { app, marie } = scene;
      const { acceptance } = app.features.messages;
      const asked = wanted('key');
      const subject = await app.db.transaction((tx) => acceptance.read(tx, marie, asked));
      const decide = (more: object): string => {
        const decision = acceptance.decide(marie, { ...subject, ...more }, asked);
        return decision.kind === 'refused' ? decision.because.key : decision.kind;
      };
      const { message } = await scene.accept(scene.outbox());
      assert.equal(decide({}), 'will-change');
      assert.equal(decide({ known: { message, fingerprint: 'of key' } }), 'already-so');
      assert.equal(
        decide({ known: { message, fingerprint: 'another' } }),
        'errors.idempotency-key-reused',
      );
      assert.equal(decide({ limits: { maxMessages: 0 } }), 'messages.errors.plan-messages');
      assert.equal(decide({ limits: { maxMessageBytes: 0 } }), 'messages.errors.plan-bytes');
    });

    it('can be part of a larger change, which is written completely or not at all', async () => {
      const { app, marie } = scene;
      const { acceptance } = app.features.messages;
      const usage = async () => await app.db.knex('message_usage').select('messages', 'bytes');
      const counted = await usage();
      const made = app.changes.make(marie, async (changing) => {
        for (const key of ['one', 'two']) {
          const subject = await acceptance.read(changing.tx, marie, wanted(key));
          await acceptance.write(changing, agreed(acceptance.decide(marie, subject, wanted(key))));
        }
        throw new Error('Something else fails.');
      });
      await assert.rejects(made, /Something else/);
      assert.deepEqual(await app.db.knex('messages').pluck('id'), []);
      assert.deepEqual(await usage(), counted);
    });

    it('reports that a message is queued although the database fails right after', async () => {
      const queued = await scene.accept(scene.outbox(goneAfterTransactions(scene.app.db, 1)));
      const { message, recipients } = await scene.page(queued.message.id);
      assert.deepEqual(queued, { message, recipients });
    });
  });
}

function wanted(key: string): Parameters<Acceptance['decide']>[2] {
  return {
    service: 'sales',
    subject: 'Your order',
    messageId: `${key}@shop.example`,
    recipients: [{ address: 'anna@elsewhere.test', field: 'to' }],
    idempotencyKey: key,
    fingerprint: `of ${key}`,
    createdAt: 1,
    expiresAt: 2,
    parts: [bytesOf(Buffer.from('{}'))],
  };
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
