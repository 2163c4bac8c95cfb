import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepContentMs, keepMessageMs } from '../../../plugin/features/messages/message.js';
import { MessageStore } from '../../../plugin/features/messages/store.js';
import { Upkeep } from '../../../plugin/features/messages/upkeep.js';
import { engines } from '../../support/app.js';
import { until } from '../../support/processes.js';
import { useScene } from './scene.js';

const to = ['anna@elsewhere.test', 'grey@elsewhere.test'];

for (const engine of engines) {
  describe(`the upkeep of the outbox on ${engine}`, () => {
    const scene = useScene(engine);
    let upkeep: Upkeep;
    beforeEach(async () => {
      await scene.addServer(587);
      scene.now = Date.now();
      upkeep = new Upkeep(scene.app.db, () => scene.now);
    });

    const queue = async (count = 1, wanted: object = {}): Promise<number[]> => {
      const outbox = scene.outbox();
      const ids: number[] = [];
      for (let n = 0; n < count; n += 1) {
        ids.push((await scene.accept(outbox, wanted)).message.id);
      }
      return ids;
    };
    const set = (columns: object) => scene.app.db.knex('messages').update(columns);
    const rowsOf = async (table: string): Promise<number> =>
      (await scene.app.db.knex(table).select('*')).length;
    const multiply = async ([id = 0]: readonly number[], count: number): Promise<void> => {
      const { id: _own, ...row } = await scene.app.db.knex('messages').where({ id }).first();
      for (let n = 1; n < count; n += 1) {
        const [copy] = await scene.app.db.knex('messages').insert(row);
        await scene.app.db
          .knex('message_parts')
          .insert({ message_id: copy, part: 0, position: 0, content: Buffer.from('{}') });
      }
    };
    /** Queues one that its first recipient already has. */
    const queueForTheRest = async (): Promise<number> => {
      const [id = 0] = await queue(1, { to });
      await scene.app.db
        .knex('message_recipients')
        .where({ address: to[0] })
        .update({ state: 'accepted', reply: '250 Ok' });
      return id;
    };
    const endOf = async (id: number) => {
      const { message, recipients } = await scene.page(id);
      return [message.state, ...recipients.map(({ state }) => state)];
    };

    it('deletes a message’s content first, then the message', async () => {
      const [id = 0, waiting = 0] = await queue(2);
      const { messages } = scene.app.features;
      await messages.cancel(scene.marie, id);
      const finished = (await scene.page(id)).message.finishedAt ?? 0;
      scene.now = finished + keepContentMs;
      await upkeep.dropOld();
      assert.ok(await messages.text(scene.marie, id));
      scene.now += 1;
      await upkeep.dropOld();
      assert.equal(await messages.text(scene.marie, id), undefined);
      await assert.rejects(messages.sendAgain(scene.marie, id), {
        key: 'messages.errors.not-again',
      });
      scene.now = finished + keepMessageMs + 1;
      await upkeep.dropOld();
      await assert.rejects(scene.page(id), { status: 404 });
      assert.equal((await scene.page(waiting)).message.state, 'queued');
      assert.ok(await messages.text(scene.marie, waiting));
    });

    it('deletes everything old, however much it is', async () => {
      await multiply(await queue(), 450);
      await set({ state: 'sent', finished_at: scene.now - keepContentMs - 1 });
      await upkeep.dropOld();
      assert.equal(await rowsOf('message_parts'), 0);
      await set({ finished_at: scene.now - keepMessageMs - 1 });
      await upkeep.dropOld();
      assert.equal(await rowsOf('messages'), 0);
    });

    it('starts with the outbox', async () => {
      await queue();
      await set({ state: 'sent', finished_at: scene.now - keepMessageMs - 1 });
      const { outbox } = scene.outbox();
      outbox.start();
      await until(async () => (await rowsOf('messages')) === 0);
      await outbox.stop();
    });

    it('keeps a message that is sent again meanwhile', async () => {
      const [id = 0] = await queue();
      await set({ state: 'failed', finished_at: scene.now - keepContentMs - 1 });
      let dropping: Promise<void> | undefined;
      await scene.app.db.transaction(async (tx) => {
        const store = new MessageStore(scene.app.db);
        await store.held(tx, scene.marie.scope, id);
        await store.queueAgain(tx, id, scene.now);
        dropping = upkeep.dropOld();
        await sleep(200);
      });
      await dropping;
      assert.equal((await scene.page(id)).message.hasContent, true);
      assert.ok(await scene.app.features.messages.text(scene.marie, id));
    });

    it('counts a message as sent that is given up after some recipients have it', async () => {
      const id = await queueForTheRest();
      const [other = 0] = await queue();
      await set({ expires_at: scene.now - 1 });
      await scene.app.db.knex('accounts').where({ login: 'marie' }).update({ suspended: 1 });
      await upkeep.giveUpHeld();
      await scene.app.db.knex('accounts').where({ login: 'marie' }).update({ suspended: 0 });
      assert.deepEqual(await endOf(id), ['sent', 'accepted', 'refused']);
      assert.deepEqual(await endOf(other), ['failed', 'refused']);
    });

    it('counts a message as sent that is cancelled after some recipients have it', async () => {
      const id = await queueForTheRest();
      const [other = 0] = await queue();
      const { messages } = scene.app.features;
      assert.equal((await messages.cancel(scene.marie, id)).state, 'sent');
      assert.equal((await messages.cancel(scene.marie, other)).state, 'cancelled');
      assert.deepEqual(await endOf(id), ['sent', 'accepted', 'refused']);
      assert.deepEqual(await endOf(other), ['cancelled', 'waiting']);
    });
  });
}
