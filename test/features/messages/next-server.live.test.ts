import assert from 'node:assert/strict';
import type { OutboxFeatures } from '../../../plugin/features/messages/create.js';
import { engines } from '../../support/app.js';
import { useScene } from './scene.js';

for (const engine of engines) {
  describe(`the choice of a server for a message on ${engine}`, () => {
    const scene = useScene(engine);
    let outbox: OutboxFeatures;
    beforeEach(() => {
      outbox = scene.outbox();
    });

    const accept = () => scene.accept(outbox);
    const drain = () => outbox.outbox.drain();

    it('moves to the next server when one cannot be used', async () => {
      const usual = await scene.startServer();
      await scene.addServer(usual.port);
      await scene.addServer(await scene.closedPort(), {
        title: 'Gone',
        usage: 'custom',
        services: ['sales'],
      });
      const { message } = await accept();
      await drain();
      const { attempts, message: sent } = await scene.page(message.id);
      assert.equal(sent.state, 'sent');
      assert.deepEqual(
        attempts.map(({ server, outcome }) => [server, outcome]),
        [
          ['Gone (mx.test)', 'connection-refused'],
          ['Main (mx.test)', 'ok'],
        ],
      );
    });

    it('keeps to the same server for a full mailbox', async () => {
      let isFull = true;
      const first = await scene.startServer({
        onRcptTo(_address, _session, done) {
          const full = Object.assign(new Error('4.2.2 Mailbox full'), { responseCode: 450 });
          done(isFull ? full : null);
        },
      });
      const others = [await scene.startServer(), await scene.startServer()];
      await scene.addServer(await scene.closedPort(), { usage: 'custom', services: ['sales'] });
      await scene.addServer(first.port, { usage: 'custom', services: ['sales'] });
      for (const { port } of others) {
        await scene.addServer(port);
      }
      const { message } = await accept();
      await drain();
      const waiting = await scene.page(message.id);
      assert.deepEqual(
        waiting.attempts.map(({ outcome }) => outcome),
        ['connection-refused', 'recipients-refused'],
      );
      assert.equal(waiting.message.state, 'queued');
      assert.match(waiting.message.reply ?? '', /^450 4\.2\.2 Mailbox full/);
      isFull = false;
      scene.now = waiting.message.nextAttemptAt ?? 0;
      await drain();
      assert.equal((await scene.page(message.id)).message.state, 'sent');
      assert.equal(first.messages.length, 1);
      assert.deepEqual(
        others.map(({ messages, logins }) => [messages.length, logins.length]),
        [
          [0, 0],
          [0, 0],
        ],
      );
    });

    it('reports one server’s answer rather than another’s failed connection', async () => {
      const busy = await scene.startServer({
        onConnect: (_session, done) =>
          done(Object.assign(new Error('Busy for now'), { responseCode: 421 })),
      });
      await scene.addServer(busy.port, { usage: 'custom', services: ['sales'] });
      await scene.addServer(await scene.closedPort());
      const { message } = await accept();
      await drain();
      const { message: waiting, attempts } = await scene.page(message.id);
      assert.equal(attempts.length, 2);
      assert.match(waiting.reply ?? '', /Busy for now/);
    });
  });
}
