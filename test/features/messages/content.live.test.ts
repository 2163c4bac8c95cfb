import assert from 'node:assert/strict';
import type { OutboxFeatures } from '../../../plugin/features/messages/create.js';
import { engines } from '../../support/app.js';
import { useScene } from './scene.js';

for (const engine of engines) {
  describe(`the content of a sent message on ${engine}`, () => {
    const scene = useScene(engine);
    let outbox: OutboxFeatures;
    beforeEach(() => {
      outbox = scene.outbox();
    });

    it('names recipients in the submitted fields, and those of a blind copy nowhere', async () => {
      const rcpt: string[] = [];
      const server = await scene.startServer({
        onRcptTo({ address }, _session, done) {
          rcpt.push(address);
          done();
        },
      });
      await scene.addServer(server.port);
      const { message } = await scene.accept(outbox, {
        cc: ['cc@elsewhere.test', 'other@elsewhere.test'],
        bcc: ['blind@elsewhere.test'],
        replyTo: 'answers@bücher.example',
      });
      await outbox.outbox.drain();
      assert.deepEqual(rcpt, [
        'anna@elsewhere.test',
        'cc@elsewhere.test',
        'other@elsewhere.test',
        'blind@elsewhere.test',
      ]);
      const [sent = ''] = server.messages;
      assert.match(sent, /^To: anna@elsewhere\.test\r$/m);
      assert.match(sent, /^Cc: cc@elsewhere\.test, other@elsewhere\.test\r$/m);
      assert.match(sent, /^Reply-To: answers@xn--bcher-kva\.example\r$/m);
      assert.doesNotMatch(sent, /blind|Bcc/);
      assert.equal((await scene.page(message.id)).message.state, 'sent');
    });

    it('is not sent when its stored parts are missing', async () => {
      const server = await scene.startServer();
      await scene.addServer(server.port);
      await scene.addServer((await scene.startServer()).port, { title: 'Other' });
      const { message } = await scene.accept(outbox);
      await scene.app.db.knex('message_parts').delete();
      await outbox.outbox.drain();
      const { message: failed, attempts } = await scene.page(message.id);
      assert.deepEqual([failed.state, failed.outcome], ['failed', 'no-content']);
      assert.equal(attempts.length, 1);
      assert.equal(server.messages.length, 0);
    });

    it('stays one message, whatever its text contains', async () => {
      const server = await scene.startServer();
      await scene.addServer(server.port);
      const smuggled =
        'MAIL FROM:<evil@x.test>\r\nRCPT TO:<victim@x.test>\r\nDATA\r\nSubject: evil\r\n';
      const ends = [
        '\n.\n',
        '\n.\r',
        '\r.\n',
        '\r.\r',
        '\n.\r\n',
        '\r.\r\n',
        '\r\n.\r\n',
        '\r\n\0.\r\n',
      ];
      await scene.accept(outbox, { text: ends.map((end) => `a${end}${smuggled}`).join('') });
      await scene.accept(outbox, {
        html: ends.map((end) => `<p>a${end}${smuggled}`).join(''),
        text: '.',
      });
      await outbox.outbox.drain();
      assert.equal(server.messages.length, 2);
      assert.deepEqual([...new Set(server.senders)], ['shop@marie.example']);
    });
  });
}
