import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { ForbiddenError } from '../../../plugin/errors.js';
import { Upkeep } from '../../../plugin/features/messages/upkeep.js';
import { keepContentMs, keepMessageMs } from '../../../plugin/features/messages/message.js';
import { parseMessage } from '../../../plugin/features/messages/message-form.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { engines, startTestWeb } from '../../support/app.js';
import { addAccount, viewerOf } from '../../support/fixtures.js';
import { Program } from './program.js';
import { body, useScene } from './scene.js';

for (const engine of engines) {
  describe(`the usage of an account’s messages, on ${engine}`, () => {
    const scene = useScene(engine);

    beforeEach(async () => {
      await scene.app.db.knex('message_usage').delete();
      await setPlan({ max_messages: null, max_message_bytes: null });
      await scene.addServer(587);
    });

    const setPlan = async (limits: object): Promise<void> => {
      await scene.app.db.knex('plans').update(limits);
    };
    const accept = async (viewer: Viewer, more: object = {}): Promise<string | undefined> => {
      const form = await parseMessage({ ...body, ...more });
      try {
        await scene.app.features.messages.accept(viewer, form);
        return undefined;
      } catch (error) {
        assert.ok(error instanceof ForbiddenError);
        return error.key;
      }
    };
    const usage = async (): Promise<object | undefined> =>
      await scene.app.db
        .knex('message_usage')
        .where({ account_id: scene.marie.accountId })
        .first('messages', 'bytes');
    const stored = async (): Promise<object> => {
      const pieces: { content: Buffer }[] = await scene.app.db.knex('message_parts');
      const ids = await scene.app.db.knex('messages').pluck('id');
      const bytes = pieces.reduce((sum, { content }) => sum + content.length, 0);
      return { messages: ids.length, bytes };
    };

    it('is limited by the plan, also under concurrent requests', async () => {
      await setPlan({ max_messages: 5 });
      const answers = await Promise.all(Array.from({ length: 12 }, () => accept(scene.marie)));
      const refused = answers.filter((each) => each !== undefined);
      assert.deepEqual(refused, Array(7).fill('messages.errors.plan-messages'));
      assert.deepEqual(await usage(), await stored());
    });

    it('includes contents with their attachments', async () => {
      const attachment = { filename: 'a', contentType: 'text/plain' };
      const content = Buffer.alloc(300_000).toString('base64');
      const attachments = [{ ...attachment, content }];
      await setPlan({ max_message_bytes: 1_000_000 });
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => accept(scene.marie, { attachments })),
      );
      assert.equal(answers.filter((each) => each === undefined).length, 3);
      assert.ok(answers.includes('messages.errors.plan-bytes'));
      assert.deepEqual(await usage(), await stored());
      assert.equal(await accept(scene.marie), undefined);
    });

    it('shrinks when contents and messages are deleted', async () => {
      await accept(scene.marie);
      await accept(scene.marie);
      const upkeep = new Upkeep(scene.app.db, () => scene.now);
      await scene.app.db.knex('messages').update({ state: 'sent', finished_at: scene.now });
      const before = scene.now;
      scene.now = before + keepContentMs + 1;
      await upkeep.dropOld();
      assert.deepEqual(await usage(), { messages: 2, bytes: 0 });
      scene.now = before + keepMessageMs + 1;
      await upkeep.dropOld();
      assert.deepEqual(await usage(), { messages: 0, bytes: 0 });
      scene.now = before;
    });

    it('counts a message once that is repeated under its key', async () => {
      await setPlan({ max_messages: 1 });
      const outbox = scene.outbox();
      const first = await scene.accept(outbox, {}, 'k');
      assert.equal((await scene.accept(outbox, {}, 'k')).message.id, first.message.id);
      assert.deepEqual(await usage(), await stored());
    });

    it('has the default limits for a reseller without a plan, and none for administrators', async () => {
      const { accountStore } = scene.app.panel;
      const limits = async (role: 'reseller' | 'administrator') =>
        accountStore.limitsOf(scene.app.db.knex, {
          id: await addAccount(scene.app, `bare-${role}-${randomUUID()}`, { role }),
        });
      assert.equal((await limits('reseller')).maxMessages, 100_000);
      assert.equal((await limits('reseller')).maxMessageBytes, 1024 ** 3);
      assert.equal((await limits('administrator')).maxMessages, undefined);
    });

    it('is reported to programs as a problem when it exceeds the plan', async () => {
      await setPlan({ max_messages: 0 });
      const web = await startTestWeb(scene.app);
      const { status, json } = await (await Program.of(scene, web)).post(body);
      await web.stop();
      assert.deepEqual([status, json.code], [403, 'messages.errors.plan-messages']);
      assert.match(json.detail, /allows 0 messages/);
    });

    it('is computed by the migration from existing messages', async () => {
      const other = await addAccount(scene.app, `other-${engine}`, { role: 'reseller' });
      await scene.addServer(587, {}, await viewerOf(scene.app, other));
      await accept(scene.marie);
      await accept(await viewerOf(scene.app, other));
      const before = await scene.app.db.knex('message_usage').orderBy('account_id');
      const migration = await import('../../../migrations/015-limits-of-accounts.js');
      await migration.down(scene.app.db.knex);
      await migration.up(scene.app.db.knex);
      assert.deepEqual(await scene.app.db.knex('message_usage').orderBy('account_id'), before);
      const plans = await scene.app.db.knex('plans').pluck('max_smtp_servers');
      assert.deepEqual([...new Set(plans)], [50]);
    });
  });
}
