import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { parseMessage } from '../../../plugin/features/messages/message-form.js';
import type { SmtpServerFields } from '../../../plugin/features/smtp-servers/smtp-server.js';
import { atEndOfData, drip, recite, startPeer } from '../../sending/mail-peer.js';
import { engines } from '../../support/app.js';
import { addAccount, addPlan, viewerOf } from '../../support/fixtures.js';
import { until } from '../../support/processes.js';
import { Scene, body } from './scene.js';
import { useOpened } from '../../support/opened.js';

const open = { security: 'none', authentication: 'none' } as const;

function continuing(socket: Socket): void {
  const lines = setInterval(() => socket.write('250-wait\r\n'), 500);
  socket.once('close', () => clearInterval(lines));
}

/** Recites its lines, then keeps its client waiting. */
function thenWaiting(lines: readonly string[], wait: (socket: Socket) => void = continuing) {
  return (socket: Socket): void => {
    let heard = 0;
    recite(socket, lines);
    socket.on('data', (chunk) => {
      const before = heard;
      heard += chunk.toString('latin1').split('\n').length - 1;
      if (before < lines.length && heard >= lines.length) {
        wait(socket);
      }
    });
  };
}

type Slow = readonly [
  where: string,
  answer: (socket: Socket) => void,
  wanted?: Partial<SmtpServerFields>,
];

const slow: readonly Slow[] = [
  ['silence', () => {}],
  ['greeting', (socket) => drip(socket, '220 hi')],
  ['EHLO', thenWaiting(['220 hi'])],
  ['MAIL', thenWaiting(['220 hi', '250 hi'])],
  ['RCPT', thenWaiting(['220 hi', '250 hi', '250 ok'])],
  [
    'DATA',
    thenWaiting(['220 hi', '250 hi', '250 ok', '250 ok'], (socket) => drip(socket, '354 g')),
  ],
  ['TLS', (socket) => drip(socket, '\u0016\u0003\u0003\u003f\u00ff2'), { security: 'tls' }],
  [
    'the end of data',
    (socket) => {
      recite(socket, ['220 hi', '250 hi', '250 ok', '250 ok', '354 go']);
      atEndOfData(socket, () => continuing(socket));
    },
  ],
];

for (const engine of engines) {
  describe(`slow or unreachable servers, on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    beforeEach(() => scene.clear());

    it('hold up only their own reseller, with 50 accounts', async () => {
      const { app } = scene;
      const held = new Set<Socket>();
      const left: Socket[] = [];
      const planId = await addPlan(app);
      const parentId = await addAccount(app, 'hostile', { role: 'reseller' });
      const peers = [];
      for (const [, answer] of slow) {
        peers.push(
          await scene.site.start(
            startPeer((socket) => {
              held.add(socket);
              socket.once('close', () => {
                held.delete(socket);
                left.push(socket);
              });
              answer(socket);
            }),
          ),
        );
      }
      const silentLogin = await scene.startServer({ onAuth() {} });
      const { messages, outbox } = scene.outbox();
      for (let n = 0; n < 50; n += 1) {
        const id = await addAccount(app, `hostile${n}`, { planId, parentId });
        const viewer = await viewerOf(app, id);
        const kind = n % (slow.length + 1);
        const [, , wanted] = slow[kind] ?? [
          'AUTH',
          () => {},
          { security: 'starttls', authentication: 'login' },
        ];
        await scene.addServer(
          peers[kind]?.port ?? silentLogin.port,
          { ...open, ...wanted },
          viewer,
        );
        await messages.accept(viewer, await parseMessage(body));
        await messages.accept(viewer, await parseMessage(body));
      }
      let heldThen = 0;
      const quick = await scene.startServer({
        onMailFrom(_address, _session, done) {
          heldThen = held.size;
          done();
        },
      });
      await scene.addServer(quick.port);

      outbox.start();
      await until(() => held.size >= 4);
      await scene.accept({ messages });
      await scene.accept({ messages });
      await until(() => quick.messages.length === 2);
      assert.ok(heldThen >= 4, `${heldThen} held`);
      assert.equal(left.length, 0);
      await scene.site.stopServers();
      await outbox.stop();
    });

    it('get growing pauses, in which no attempt is made', async () => {
      const port = await scene.closedPort();
      const id = await scene.addServer(port);
      const outbox = scene.outbox();
      const minutes: number[] = [];
      for (let n = 0; n < 6; n += 1) {
        const { message } = await scene.accept(outbox);
        await outbox.outbox.drain();
        const { message: other } = await scene.accept(outbox);
        await outbox.outbox.drain();
        const waiting = await scene.page(other.id);
        assert.deepEqual([waiting.message.state, waiting.message.attempts], ['queued', 0]);
        assert.equal((await scene.page(message.id)).message.attempts, 1);
        const next = waiting.message.nextAttemptAt ?? 0;
        minutes.push(Math.round((next - scene.now) / 60_000 / 0.8));
        await app().db.knex('messages').delete();
        scene.now = next;
      }
      assert.deepEqual(minutes, [1, 5, 15, 60, 60, 60]);

      const server = await scene.startServer();
      await app().db.knex('smtp_servers').where({ id }).update({ port: server.port });
      await scene.addServer(server.port, {}, scene.paul);
      await scene.accept(outbox);
      await outbox.outbox.drain();
      assert.equal(server.messages.length, 1);
      assert.equal((await app().db.knex('smtp_server_troubles').select('*')).length, 0);
    });

    it('are used again at once after somebody saves or successfully tests them', async () => {
      const server = await scene.startServer();
      const id = await scene.addServer(server.port, { ...open, host: '127.0.0.1' });
      const { smtpServers, smtpServerStore: store, settings } = app().features;
      const allowed = { ...(await settings.read()), 'smtp-allowed-hosts': ['127.0.0.1'] };
      await settings.change(app().operator, allowed);
      const troubles = () => app().db.knex('smtp_server_troubles').select('*');
      const pause = () =>
        app()
          .db.knex('smtp_server_troubles')
          .insert({
            server_id: id,
            owner_id: scene.marie.accountId,
            failures: 3,
            outcome: 'timed-out',
            paused_until: scene.now + 60_000,
          });
      await pause();
      assert.equal((await smtpServers.try(scene.marie, id)).outcome, 'ok');
      assert.equal((await troubles()).length, 0);
      await pause();
      const before = await smtpServers.find(scene.marie, id);
      await app().changes.make(app().operator, ({ tx }) =>
        store.replace(tx, { id, version: 2 }, before, { password: 'secret' }),
      );
      assert.equal((await troubles()).length, 0);
    });

    it('are skipped during a pause in favour of the next server', async () => {
      const server = await scene.startServer();
      const gone = await scene.closedPort();
      await scene.addServer(gone, { title: 'Gone', usage: 'custom', services: ['sales'] });
      await scene.addServer(server.port);
      const outbox = scene.outbox();
      const ids: number[] = [];
      for (let n = 0; n < 3; n += 1) {
        ids.push((await scene.accept(outbox)).message.id);
        await outbox.outbox.drain();
      }
      assert.equal(server.messages.length, 3);
      const attempts = await Promise.all(
        ids.map(async (id) => (await scene.page(id)).attempts.length),
      );
      assert.deepEqual(attempts, [2, 1, 1]);
    });

    it('get places of their own when they are only slow', async () => {
      const server = await scene.startServer({
        onRcptTo(_address, _session, done) {
          scene.now += 15_000;
          done();
        },
      });
      await scene.addServer(server.port);
      const outbox = scene.outbox();
      await scene.accept(outbox);
      await outbox.outbox.drain();
      const [trouble] = await app()
        .db.knex('smtp_server_troubles')
        .select('failures', 'paused_until');
      assert.deepEqual({ ...trouble }, { failures: 0, paused_until: 0 });
      await scene.accept(outbox);
      await outbox.outbox.drain();
      assert.equal(server.messages.length, 2);
    });

    const app = () => scene.app;
  });
}
