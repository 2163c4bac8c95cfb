import assert from 'node:assert/strict';
import { JobScene, chunkSize } from '../../jobs/counting.js';
import { engines } from '../../support/app.js';
import { useServedScene } from '../../support/served-app.js';
import { Visitor } from '../../support/visitor.js';

for (const engine of engines) {
  describe(`the pages of jobs on ${engine}`, () => {
    const { scene, web } = useServedScene(() => JobScene.open(engine));
    let marie: Visitor;
    let paul: Visitor;
    let north: Visitor;

    before(async () => {
      const visit = (id: number) => Visitor.signedIn(web, scene.app, id);
      marie = await visit(scene.marie.accountId);
      paul = await visit(scene.paul.accountId);
      north = await visit(scene.north);
    });
    beforeEach(() => scene.clear());

    const work = () => scene.process().jobWorker.drain();

    it('list jobs with who started them, their progress and their result, within the viewer’s scope', async () => {
      assert.match((await marie.get('/jobs')).text, /No jobs yet/);
      const id = await scene.start();
      await work();
      for (const visitor of [marie, north]) {
        const { text } = await visitor.get('/jobs');
        assert.match(text, new RegExp(`href="/jobs/${id}"`));
        assert.match(text, />marie</);
        assert.match(text, />Done</);
        assert.match(text, />35 of 35</);
        assert.match(text, />35 done</);
      }
      assert.doesNotMatch((await paul.get('/jobs')).text, />marie</);
      assert.equal((await paul.get(`/jobs/${id}`)).status, 404);
      for (const sort of ['created', 'state']) {
        assert.equal((await marie.get(`/jobs?sort=${sort}&dir=asc`)).status, 200);
      }
    });

    it('are reached from the menu', async () => {
      assert.match((await marie.get('/domains')).text, /href="\/jobs"/);
    });

    it('show a job’s progress, poll while it runs, and stop at its end', async () => {
      const id = await scene.start();
      const seen: string[] = [];
      scene.counting.beforeReading = async (from) => {
        if (from === 2 * chunkSize) {
          seen.push((await marie.get(`/jobs/${id}`)).text);
        }
      };
      await work();
      const [during = ''] = seen;
      assert.match(during, /In progress/);
      assert.match(during, /<progress max="35" value="20" aria-label="Jobs">/);
      assert.match(during, />20 of 35 · 20 done</);
      assert.match(during, new RegExp(`hx-get="/jobs/${id}" hx-trigger="load`));
      assert.match(during, /You can leave this page/);
      const { text: after } = await marie.get(`/jobs/${id}`);
      assert.match(after, />35 of 35 · 35 done</);
      assert.doesNotMatch(after, /hx-trigger="load|Cancel the job/);
    });

    it('cancel a job, and say when that is no longer possible', async () => {
      const id = await scene.start();
      await marie.get(`/jobs/${id}`);
      const cancelled = await marie.post(`/jobs/${id}/cancellation`);
      assert.equal(cancelled.location, `/jobs/${id}`);
      assert.match((await marie.get(`/jobs/${id}`)).text, /The job has been cancelled/);
      const again = await marie.post(`/jobs/${id}/cancellation`);
      assert.equal(again.status, 409);
      assert.match(again.text, /The job has already ended/);
      const [entry] = await scene.app.db.knex('audit_entries').where({ action: 'job.cancelled' });
      assert.deepEqual([entry.subject, entry.actor], [String(id), 'marie']);
    });

    it('let a reseller cancel a customer’s job, at the end of a chunk', async () => {
      const id = await scene.start();
      scene.counting.beforeReading = async (from) => {
        if (from === chunkSize) {
          await north.get(`/jobs/${id}`);
          await north.post(`/jobs/${id}/cancellation`);
          const { text } = await north.get(`/jobs/${id}`);
          assert.match(text, /Being cancelled/);
          assert.match(text, /The job stops after the rows in progress/);
          assert.doesNotMatch(text, /Cancel the job/);
        }
      };
      await work();
      assert.match((await marie.get(`/jobs/${id}`)).text, /Cancelled[^]*>20 of 35/);
    });

    it('say why a job failed and which rows were refused, in the viewer’s language', async () => {
      const id = await scene.start();
      const refusals = [{ subject: 'Facturation', key: 'jobs.errors.over', args: {} }];
      await scene.app.db
        .knex('jobs')
        .where({ id })
        .update({
          state: 'failed',
          failure: JSON.stringify({ key: 'jobs.failures.unexpected' }),
          result: JSON.stringify({ changed: 1200, unchanged: 1, refused: 2, refusals }),
        });
      const { text } = await marie.get(`/jobs/${id}`, { 'accept-language': 'fr' });
      assert.match(text, /Échouée/);
      assert.match(text, /Une erreur inattendue s’est produite plusieurs fois/);
      assert.match(text, /1\s200 traitées, 1 inchangée et 2 refusées/);
      assert.match(text, /La première\u00A0:[^]*Facturation[^]*déjà terminée/);
    });
  });
}
