import assert from 'node:assert/strict';
import type { OutboxFeatures } from '../../../plugin/features/messages/create.js';
import type { MessagePage } from '../../../plugin/features/messages/messages.js';
import { engines } from '../../support/app.js';
import { recite, startPeer } from '../../sending/mail-peer.js';
import { useScene } from './scene.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

for (const engine of engines) {
  describe(`sending queued messages on ${engine}`, () => {
    const scene = useScene(engine);
    let outbox: OutboxFeatures;
    beforeEach(() => {
      outbox = scene.outbox();
    });

    const accept = (wanted: object = {}, key?: string) => scene.accept(outbox, wanted, key);
    const drain = () => outbox.outbox.drain();

    it('uses the confirmed server, with its sender, signature and a Message-ID', async () => {
      const server = await scene.startServer();
      await scene.addServer(server.port);
      const queued = await accept({
        to: ['anna@elsewhere.test', 'paul@elsewhere.test'],
        attachments: [
          {
            filename: 'a.txt',
            contentType: 'text/plain',
            content: Buffer.from('é').toString('base64'),
          },
        ],
      });
      assert.equal(queued.message.state, 'queued');
      await drain();

      const { message, recipients, attempts } = await scene.page(queued.message.id);
      assert.equal(message.state, 'sent');
      assert.deepEqual(
        recipients.map(({ state }) => state),
        ['accepted', 'accepted'],
      );
      assert.equal(attempts.length, 1);
      assert.equal(attempts[0]?.server, 'Main (mx.test)');
      assert.equal(attempts[0]?.outcome, 'ok');
      assert.match(message.reply ?? '', /^250 /);
      assert.equal(server.messages.length, 1);
      const [sent = ''] = server.messages;
      assert.match(sent, /^From: =\?UTF-8\?.*<shop@marie\.example>/m);
      assert.match(sent, /^To: anna@elsewhere\.test, paul@elsewhere\.test/m);
      assert.match(sent, /-- \r\nMarie/);
      assert.match(sent, /filename=a\.txt/);
      assert.ok(sent.includes(`Message-ID: <${message.messageId}>`));
      assert.equal(server.logins.length, 1);
    });

    it('sends each message once with several processes', async () => {
      const server = await scene.startServer();
      await scene.addServer(server.port);
      for (let n = 0; n < 15; n += 1) {
        await accept({ subject: `Message ${n}` });
      }
      await Promise.all(
        [scene.outbox(), scene.outbox(), outbox].map((each) => each.outbox.drain()),
      );
      const subjects = server.messages.map((text) => /^Subject: (.*)/m.exec(text)?.[1]);
      assert.equal(new Set(subjects).size, 15);
      assert.equal(subjects.length, 15);
    });

    it('prefers the server reserved for the service', async () => {
      const [usual, sales] = [await scene.startServer(), await scene.startServer()];
      await scene.addServer(usual.port);
      await scene.addServer(sales.port, { usage: 'custom', services: ['sales'] });
      await accept();
      await accept({ service: 'purchasing' });
      await drain();
      assert.deepEqual([usual.messages.length, sales.messages.length], [1, 1]);
    });

    it('retries temporary failures with growing pauses for 24 hours', async () => {
      await scene.addServer(await scene.closedPort());
      const { message } = await accept();
      const begin = scene.now;
      const pauses: number[] = [];
      for (let n = 0; n < 30; n += 1) {
        await drain();
        const { nextAttemptAt, state } = (await scene.page(message.id)).message;
        if (nextAttemptAt === undefined) {
          assert.equal(state, 'failed');
          break;
        }
        pauses.push(nextAttemptAt - scene.now);
        scene.now = nextAttemptAt - 1;
        await drain();
        assert.equal((await scene.page(message.id)).message.nextAttemptAt, nextAttemptAt);
        scene.now = nextAttemptAt;
      }
      const expected = [1, 5, 15, 60, 120, 240, 240, 240, 240];
      for (const [index, minutes] of expected.slice(0, 6).entries()) {
        const pause = (pauses[index] ?? 0) / minuteMs;
        assert.ok(pause >= minutes * 0.8 && pause <= minutes * 1.2, `${index}: ${pause}`);
      }
      assert.equal(scene.now - begin, 24 * hourMs);
      const failed = await scene.page(message.id);
      assert.equal(failed.message.outcome, 'connection-refused');
      assert.equal(failed.attempts.length, pauses.length + 1);
      assert.deepEqual(
        failed.recipients.map(({ state }) => state),
        ['refused'],
      );
    });

    it('gives up after a permanent failure at once, without trying another server', async () => {
      const [first, second] = [await scene.startServer(), await scene.startServer()];
      await scene.addServer(first.port, { usage: 'custom', services: ['sales'] });
      await scene.addServer(second.port);
      const { message } = await accept({ to: ['nobody@elsewhere.test'] });
      await drain();
      const { message: failed, attempts } = await scene.page(message.id);
      assert.equal(failed.state, 'failed');
      assert.equal(failed.outcome, 'recipients-refused');
      assert.match(failed.reply ?? '', /User unknown/);
      assert.equal(attempts.length, 1);
    });

    it('records each recipient’s result, and retries the others', async () => {
      let isGrey = true;
      const server = await scene.startServer({
        onRcptTo({ address }, _session, done) {
          const code = address.startsWith('no')
            ? 550
            : address.startsWith('grey') && isGrey
              ? 451
              : 0;
          done(code === 0 ? null : Object.assign(new Error('Not you'), { responseCode: code }));
        },
      });
      await scene.addServer(server.port);
      const to = ['anna@elsewhere.test', 'nobody@elsewhere.test', 'grey@elsewhere.test'];
      const { message } = await accept({ to });
      await drain();
      const once = await scene.page(message.id);
      assert.equal(once.message.state, 'queued');
      assert.deepEqual(statesOf(once), ['accepted', 'refused', 'waiting']);
      isGrey = false;
      scene.now = once.message.nextAttemptAt ?? 0;
      await drain();
      const twice = await scene.page(message.id);
      assert.equal(twice.message.state, 'sent');
      assert.deepEqual(statesOf(twice), ['accepted', 'refused', 'accepted']);
      assert.equal(server.messages.length, 2);
    });

    it('reaches all recipients within minutes when the server limits them per message', async () => {
      const server = await scene.startServer({
        onRcptTo(_address, { envelope }, done) {
          const refusal = Object.assign(new Error('5.5.3 Too many recipients'), {
            responseCode: 552,
          });
          done(envelope.rcptTo.length < 2 ? null : refusal);
        },
      });
      await scene.addServer(server.port);
      const to = Array.from({ length: 12 }, (_none, n) => `guest${n}@elsewhere.test`);
      const { message } = await accept({ to });
      const begin = scene.now;
      for (let n = 0; n < 6; n += 1) {
        await drain();
        scene.now = (await scene.page(message.id)).message.nextAttemptAt ?? scene.now;
      }
      const { message: sent, recipients } = await scene.page(message.id);
      assert.equal(sent.state, 'sent');
      assert.ok(recipients.every(({ state }) => state === 'accepted'));
      assert.equal(server.messages.length, 6);
      assert.ok(scene.now - begin < 10 * minuteMs);
    });

    it('marks a message as unknown when the server’s answer is lost', async () => {
      const peer = await scene.site.start(
        startPeer((socket) => {
          let heard = '';
          socket.on('data', (chunk) => {
            heard += chunk.toString('latin1');
            if (heard.includes('\r\n.\r\n')) {
              socket.destroy();
            }
          });
          recite(socket, [
            '220 mx.test',
            '250 mx.test',
            '250 sender',
            '250 recipient',
            '354 go on',
          ]);
        }),
      );
      const other = await scene.startServer();
      await scene.addServer(peer.port, {
        security: 'none',
        authentication: 'none',
        usage: 'custom',
        services: ['sales'],
      });
      await scene.addServer(other.port);
      const { message } = await accept();
      await drain();
      const { message: unknown, attempts } = await scene.page(message.id);
      assert.equal(unknown.state, 'unknown');
      assert.equal(unknown.outcome, 'answer-lost');
      assert.equal(attempts.length, 1);
      scene.now += 48 * hourMs;
      await drain();
      assert.equal((await scene.page(message.id)).message.state, 'unknown');
      assert.equal(other.messages.length, 0);

      await outbox.messages.sendAgain(scene.marie, message.id);
      await scene.app.db.knex('smtp_servers').where({ port: peer.port }).delete();
      await drain();
      assert.equal((await scene.page(message.id)).message.state, 'sent');
      assert.ok(other.messages[0]?.includes(`Message-ID: <${message.messageId}>`));
    });

    it('retries after a temporary refusal at the end of the data', async () => {
      const server = await scene.startServer({
        onData(stream, _session, done) {
          stream
            .resume()
            .on('end', () => done(Object.assign(new Error('Full for now'), { responseCode: 452 })));
        },
      });
      await scene.addServer(server.port);
      const { message } = await accept();
      await drain();
      const later = (await scene.page(message.id)).message;
      assert.equal(later.state, 'queued');
      assert.match(later.reply ?? '', /Full for now/);
    });

    it('waits while the account has no confirmed server', async () => {
      const server = await scene.startServer();
      const id = await scene.addServer(server.port);
      const { message } = await accept();
      const { smtpServerStore: store } = scene.app.features;
      const never = { state: 'never', at: undefined, outcome: undefined } as const;
      await store.setConfirmation(scene.app.db.knex, id, never);
      await drain();
      const waiting = (await scene.page(message.id)).message;
      assert.deepEqual([waiting.state, waiting.outcome], ['queued', 'no-server']);
      await store.setConfirmation(scene.app.db.knex, id, { ...never, state: 'confirmed' });
      scene.now = waiting.nextAttemptAt ?? 0;
      await drain();
      assert.equal((await scene.page(message.id)).message.state, 'sent');
    });

    it('sends nothing for accounts that are suspended or whose reseller is, and gives up after 24 hours', async () => {
      const server = await scene.startServer();
      await scene.addServer(server.port);
      const { message } = await accept();
      const { message: other } = await accept();
      const suspend = (login: string, suspended: number) =>
        scene.app.db.knex('accounts').where({ login }).update({ suspended });
      for (const login of ['marie', 'reseller']) {
        await suspend(login, 1);
        await drain();
        assert.equal((await scene.page(message.id)).message.state, 'queued');
        await suspend(login, 0);
      }
      await scene.app.db.knex('messages').where({ id: other.id }).update({ expires_at: 0 });
      await suspend('marie', 1);
      await drain();
      await suspend('marie', 0);
      await drain();
      assert.equal((await scene.page(message.id)).message.state, 'sent');
      const held = (await scene.page(other.id)).message;
      assert.deepEqual([held.state, held.outcome], ['failed', 'account-suspended']);
    });
  });
}

function statesOf({ recipients }: MessagePage): readonly string[] {
  return recipients.map(({ state }) => state);
}
