import assert from 'node:assert/strict';
import { Application } from '../../plugin/previews/application.js';
import { JobScene } from '../jobs/counting.js';
import { engines } from '../support/app.js';
import { addDomain } from '../support/fixtures.js';
import { useServedScene } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';
import { applyIt, counted } from './pressing.js';
import { previewOf, rejecting } from './scene.js';

const names = ['a.example', 'b.example', 'c.example'];

for (const engine of engines) {
  describe(`the page of a job that changed rows on ${engine}`, () => {
    const { scene, web } = useServedScene(() => JobScene.open(engine));
    let marie: Visitor;
    before(async () => {
      const { app } = scene;
      marie = await Visitor.signedIn(web, app, scene.marie.accountId);
      for (const name of names) {
        await addDomain(app, name, 'marie');
      }
    });
    beforeEach(() => scene.app.db.knex('domains').update({ reject_text: null }));

    const texts = () => scene.app.db.knex('domains').orderBy('id').pluck('reject_text');

    /** @param most rows to change before it is cancelled. */
    async function changeSome(
      most: number,
    ): Promise<{ readonly job: number; readonly preview: number }> {
      const { previews, jobs, jobWorker } = scene.app.features;
      const { id: preview } = await previewOf(scene.app, scene.marie, 'settings', {
        wanted: rejecting,
      });
      const job = await previews.start(scene.marie, preview);
      const { application } = previews;
      const rowByRow = new Application(scene.app.db, { atOnce: 1, mixed: 1, oneByOne: 1 });
      let count = 0;
      application.next = async (...args) => {
        count += 1;
        if (count > most) {
          await jobs.cancel(scene.marie, job);
        }
        return await rowByRow.next(...args);
      };
      await jobWorker.drain();
      application.next = (...args) => new Application(scene.app.db).next(...args);
      return { job, preview };
    }

    for (const [state, most, left] of [
      ['cancelled', 1, 2],
      ['done', 5, 3],
    ] as const) {
      it(`offers to undo what is done once it is ${state}`, async () => {
        const { job, preview } = await changeSome(most);
        assert.equal((await scene.app.features.jobs.find(scene.marie, job)).state, state);
        assert.equal((await texts()).filter((text: string | null) => text !== null).length, left);
        const { text } = await marie.get(`/jobs/${job}`);
        assert.match(text, new RegExp(`action="/previews/${preview}/undo"`));
        assert.match(text, /Undo the changes made/);
        const { location = '' } = await marie.post(`/previews/${preview}/undo`, {});
        assert.match(location, /^\/previews\/\d+$/);
        await applyIt(marie, { ...(await counted(marie, location)), path: location });
        assert.deepEqual(await texts(), [null, null, null]);
        const undone = await marie.get(`${location}/outcomes`);
        assert.match(undone.text, /a\.example/);
      });
    }

    it('offers nothing where nothing was changed', async () => {
      const { job, preview } = await changeSome(0);
      // The first chunk ends before the job does.
      await scene.app.db.knex('audit_acts').where({ action: 'domain-mail.changed' }).delete();
      assert.doesNotMatch((await marie.get(`/jobs/${job}`)).text, /Undo the changes made/);
      assert.equal((await marie.post(`/previews/${preview}/undo`, {})).status, 404);
    });
  });
}
