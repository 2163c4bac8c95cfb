import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SMTPServerDataStream } from 'smtp-server';
import { programFolder } from '../../../plugin/runtime/paths.js';
import type { MailServer } from '../../sending/mail-peer.js';
import { engines } from '../../support/app.js';
import { Child } from '../../support/child.js';
import { Scene, body } from './scene.js';
import { useOpened } from '../../support/opened.js';

type Stage = 'recipient' | 'content' | 'answer';

/** A real `relais start` that can be killed. */
interface Panel {
  readonly url: string;
  readonly child: Child;
}

for (const engine of engines) {
  describe(`an outbox whose process is killed, on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    let token: string;
    let panel: Panel | undefined;
    let server: MailServer;
    /** Resolves when the server has stopped answering at the stage set. */
    let stalled: Promise<unknown>;
    let goOn: () => void;
    let reach: (stage: Stage) => boolean;
    /** The Message-IDs of messages that the server has received completely. */
    let received: string[];

    before(async () => {
      const scopes = ['messages.send', 'messages.view'] as const;
      token = await scene.app.features.apiTokens.create(scene.marie, { title: 'Shop', scopes });
    });
    beforeEach(async () => {
      await scene.clear();
      received = [];
      stallAt(undefined);
      server = await scene.startServer({
        size: 0,
        onRcptTo(_address, _session, done) {
          if (reach('recipient')) {
            goOn = done;
          } else {
            done();
          }
        },
        async onData(stream, _session, done) {
          try {
            if (await take(stream)) {
              done();
            }
          } catch (error) {
            done(error as Error);
          }
        },
      });
      await scene.addServer(server.port);
    });
    afterEach(() => panel?.child.kill());

    function stallAt(stage: Stage | undefined): void {
      const arrival = new EventEmitter();
      stalled = once(arrival, 'arrived');
      reach = (reached) => {
        if (reached === stage) {
          arrival.emit('arrived');
        }
        return reached === stage;
      };
    }

    async function take(stream: SMTPServerDataStream): Promise<boolean> {
      if (reach('content')) {
        return false;
      }
      let text = '';
      for await (const chunk of stream) {
        text += String(chunk);
      }
      received.push(/^Message-ID: <(.*)>/m.exec(text)?.[1] ?? '');
      return !reach('answer');
    }

    async function start(): Promise<Panel> {
      const { config } = scene.app;
      const caFile = join(config.dataFolder, 'ca.pem');
      const { extraCa = '', resolvers } = scene.site.policy(0);
      writeFileSync(caFile, extraCa);
      const database =
        config.database.engine === 'sqlite'
          ? `sqlite:${config.database.file}`
          : config.database.url;
      const child = new Child(
        process.execPath,
        [join(programFolder, 'dist/plugin/cli.js'), 'start'],
        {
          env: {
            PATH: process.env['PATH'],
            RELAIS_DATA: config.dataFolder,
            RELAIS_DATABASE: database,
            RELAIS_PORT: '0',
            RELAIS_LOG_LEVEL: 'warn',
            RELAIS_RESOLVERS: resolvers.join(','),
            RELAIS_SMTP_CA: caFile,
          },
        },
      );
      const [, url = ''] = await child.prints(/listens on (\S+)\/\s/);
      panel = { url, child };
      return panel;
    }

    async function post({ url }: Panel, wanted: object = {}): Promise<number> {
      const response = await fetch(`${url}/api/v1/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, ...wanted }),
      });
      assert.equal(response.status, 202);
      const { id } = (await response.json()) as { id: number };
      return id;
    }

    /** As if the leases had expired. */
    const endLeases = () =>
      scene.app.db.knex('messages').whereNotNull('lease_until').update({ lease_until: 0 });
    const stateOf = async (id: number) => (await scene.page(id)).message.state;
    const isDone = async (id: number) => ['sent', 'unknown'].includes(await stateOf(id));

    /** Posts a message, and kills the panel when the server has reached this stage of it. */
    async function killedAt(stage: Stage, wanted: object = {}): Promise<number> {
      stallAt(stage);
      const running = await start();
      const id = await post(running, wanted);
      await running.child.causes(stalled);
      await running.child.kill();
      return id;
    }

    async function afterRestart(id: number): Promise<string> {
      stallAt(undefined);
      await endLeases();
      const { child } = await start();
      await child.until(() => isDone(id));
      return await stateOf(id);
    }

    /** Of a message that was being sent when the panel was killed. */
    async function assertSentOnce(id: number): Promise<void> {
      assert.equal(await stateOf(id), 'sending');
      assert.equal(await afterRestart(id), 'sent');
      assert.equal(received.length, 1);
    }

    it('loses nothing and sends nothing twice, whenever it is killed', async () => {
      const ids: number[] = [];
      for (let round = 0; round < 4; round += 1) {
        await endLeases();
        const running = await start();
        for (let n = 0; n < 8; n += 1) {
          ids.push(await post(running));
        }
        await sleep(Math.random() * 150);
        await running.child.kill();
      }
      await endLeases();
      const { child } = await start();
      for (const id of ids) {
        await child.until(() => isDone(id));
      }
      assert.equal(new Set(received).size, received.length);
      const got = new Set(received);
      for (const id of ids) {
        const { message } = await scene.page(id);
        assert.ok(got.has(message.messageId) || message.state === 'unknown', `${id}: lost`);
      }
    });

    if (engine !== 'sqlite') {
      // Claims and their states are the same on both engines (`claims.test.ts`), so one engine is enough for each stage.
      return;
    }

    it('sends a message that it had just accepted', async () => {
      stallAt('recipient');
      const running = await start();
      const id = await post(running);
      await running.child.kill();
      assert.equal(await afterRestart(id), 'sent');
      assert.equal(received.length, 1);
    });

    it('sends a message whose data had not begun', async () => {
      await assertSentOnce(await killedAt('recipient'));
    });

    it('sends a message that was within its data', async () => {
      const content = Buffer.alloc(12 * 1024 * 1024, 'relais').toString('base64');
      const attachments = [{ filename: 'a.bin', contentType: 'application/octet-stream', content }];
      await assertSentOnce(await killedAt('content', { attachments }));
    });

    it('marks a message as unknown that the server has but has not acknowledged, and does not send it again', async () => {
      const id = await killedAt('answer');
      assert.equal(await stateOf(id), 'handing-over');
      assert.equal(await afterRestart(id), 'unknown');
      assert.ok(panel);
      const other = await post(panel);
      await panel.child.until(() => isDone(other));
      assert.equal(received.length, 2);
      assert.equal(await stateOf(id), 'unknown');

      await scene.app.features.messages.sendAgain(scene.marie, id);
      await panel.child.until(async () => (await stateOf(id)) === 'sent');
      const { messageId } = (await scene.page(id)).message;
      assert.equal(received.filter((each) => each === messageId).length, 2);
    });

    it('finishes sending on SIGTERM', async () => {
      stallAt('recipient');
      const running = await start();
      const id = await post(running);
      await running.child.causes(stalled);
      running.child.process.kill('SIGTERM');
      stallAt(undefined);
      goOn();
      assert.equal(await running.child.ended, 0);
      assert.equal(await stateOf(id), 'sent');
      assert.equal(received.length, 1);
    });
  });
}
