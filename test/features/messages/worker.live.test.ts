import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { parseMessage } from '../../../plugin/features/messages/message-form.js';
import { engines } from '../../support/app.js';
import { until } from '../../support/processes.js';
import { Scene, body } from './scene.js';
import { useOpened } from '../../support/opened.js';

for (const engine of engines) {
  describe(`a running outbox, on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    beforeEach(() => scene.clear());

    it('sends two messages of an account at once, and others’ meanwhile', async () => {
      const held: (() => void)[] = [];
      let atOnce = 0;
      let isOpen = false;
      const slow = await scene.startServer({
        onRcptTo(_address, _session, done) {
          held.push(done);
          atOnce = Math.max(atOnce, held.length);
          if (isOpen) {
            held.splice(0).forEach((each) => each());
          }
        },
      });
      const quick = await scene.startServer();
      await scene.addServer(slow.port);
      await scene.addServer(quick.port, {}, scene.paul);
      const { messages, outbox } = scene.outbox();
      for (let n = 0; n < 6; n += 1) {
        await scene.accept({ messages });
      }
      for (let n = 0; n < 3; n += 1) {
        await messages.accept(scene.paul, await parseMessage(body));
      }

      outbox.start();
      await until(() => quick.messages.length === 3 && held.length === 2);
      assert.equal(atOnce, 2);
      isOpen = true;
      held.splice(0).forEach((each) => each());
      await until(() => slow.messages.length === 6);
      await outbox.stop();
    });

    it('looks only once when nothing is due', async () => {
      const looks: string[] = [];
      const note = ({ sql }: { readonly sql: string }): void => {
        if (sql.includes('next_attempt_at')) {
          looks.push(sql);
        }
      };
      const { outbox } = scene.outbox();
      scene.app.db.knex.on('query', note);
      await outbox.drain();
      scene.app.db.knex.off('query', note);
      assert.equal(looks.length, 1);
    });

    it('sends messages that arrive while it is looking', async () => {
      const server = await scene.startServer();
      await scene.addServer(server.port);
      const { messages, outbox } = scene.outbox();
      // Without its timer, it finds them only because it is called.
      mock.timers.enable({ apis: ['setInterval'] });
      outbox.start();
      mock.timers.reset();
      for (let n = 0; n < 20; n += 1) {
        await scene.accept({ messages });
        await until(() => server.messages.length === n + 1);
      }
      await outbox.stop();
    });
  });
}
