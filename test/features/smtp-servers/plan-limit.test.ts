import assert from 'node:assert/strict';
import { InvalidInputError } from '../../../plugin/errors.js';
import { engines, startTestWeb } from '../../support/app.js';
import { addPlan } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';
import { Scene, good } from './scene.js';
import { useOpened } from '../../support/opened.js';

for (const engine of engines) {
  describe(`the number of an account’s SMTP servers, on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    before(async () => {
      const planId = await addPlan(scene.app);
      await scene.app.db.knex('plans').where({ id: planId }).update({ max_smtp_servers: 3 });
      const { accountId: id } = scene.paul;
      await scene.app.db.knex('accounts').where({ id }).update({ plan_id: planId });
    });
    beforeEach(async () => {
      await scene.app.db.knex('smtp_servers').delete();
    });

    it('is limited by the plan, also under concurrent requests', async () => {
      const added = await Promise.allSettled(
        Array.from({ length: 8 }, () => scene.add(scene.paul)),
      );
      const refused = added.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
      assert.equal(refused.length, 5);
      for (const error of refused) {
        assert.ok(error instanceof InvalidInputError);
        const refusal = { key: 'smtp-servers.errors.plan-full', args: { count: 3 } };
        assert.deepEqual(error.fields, { title: refusal });
      }
    });

    it('is limited for administrators who add servers to it, too', async () => {
      const { app } = scene;
      const form = { ...good };
      const { parseServerForm } = await import('../../../plugin/features/smtp-servers/forms.js');
      const add = (): Promise<number> =>
        app.features.smtpServers.create(app.operator, parseServerForm(form, []), {
          owner: scene.paul.login,
        });
      await Promise.all([add(), add(), add()]);
      await assert.rejects(add(), InvalidInputError);
    });

    it('is reported at the field of the title', async () => {
      const web = await startTestWeb(scene.app);
      try {
        const visitor = await Visitor.signedIn(web, scene.app, scene.paul.accountId);
        for (const status of [303, 303, 303, 422]) {
          const page = await visitor.post('/smtp-servers/new', { ...good });
          assert.equal(page.status, status);
          assert.equal(/allows 3 SMTP servers/.test(page.text), status === 422);
        }
      } finally {
        await web.stop();
      }
    });
  });
}
