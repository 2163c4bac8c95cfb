import assert from 'node:assert/strict';
import { NotFoundError } from '../../../plugin/errors.js';
import { RateLimits } from '../../../plugin/web/rate-limits.js';
import { engines } from '../../support/app.js';
import { Scene } from './scene.js';
import { useOpened } from '../../support/opened.js';
import { confirmationsWith } from './confirmations-with.js';

for (const engine of engines) {
  describe(`verbs of confirmations on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    let id: number;

    before(async () => {
      id = await scene.addInternal(scene.marie);
    });

    const link = () => ({ token_hash: 'x', server_id: id, expires_at: Date.now() + 60_000 });

    it('depend on the current server and link', async () => {
      const { app, marie } = scene;
      const { mailing, confirmation } = app.features.confirmations;
      const server = await app.features.smtpServers.find(marie, id);
      for (const [subject, kind] of [
        [{ server, link: link() }, 'will-change'],
        [{ server, link: undefined }, 'refused'],
        [{ server: undefined, link: link() }, 'refused'],
      ] as const) {
        assert.equal(mailing.decide(marie, subject, undefined).kind, kind);
        assert.equal(confirmation.decide(marie, subject).kind, kind);
      }
    });

    it('are written in the given transaction, completely or not at all', async () => {
      const { app, marie } = scene;
      const { request, mailing } = app.features.confirmations;
      const server = await app.features.smtpServers.find(marie, id);
      const made = app.changes.make(marie, async (changing) => {
        await request.write(changing, { kind: 'will-change', change: link() });
        const change = { server, link: link(), outcome: undefined };
        await mailing.write(changing, { kind: 'will-change', change });
        throw new Error('Something else fails.');
      });
      await assert.rejects(made, /Something else/);
      const { confirmation } = await app.features.smtpServers.find(marie, id);
      assert.equal(confirmation.state, 'never');
      assert.deepEqual(await app.db.knex('smtp_confirmations').pluck('server_id'), []);
    });

    it('find nothing when the server was removed before its link is stored', async () => {
      const { app, marie } = scene;
      const gone = await scene.addInternal(marie);
      class LimitsBeforeRemoval extends RateLimits {
        override async use(...counted: Parameters<RateLimits['use']>): Promise<void> {
          await super.use(...counted);
          await app.db.knex('smtp_servers').where({ id: gone }).delete();
        }
      }
      const confirmations = confirmationsWith(app, new LimitsBeforeRemoval(app.db));
      await assert.rejects(confirmations.send(marie, gone, 'en'), NotFoundError);
    });
  });
}
