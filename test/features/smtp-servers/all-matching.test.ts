import assert from 'node:assert/strict';
import type { Job } from '../../../plugin/jobs/job.js';
import { jobKindOf } from '../../../plugin/tables/actions/job-kind.js';
import { mostAtOnce } from '../../../plugin/tables/actions/selected-rows.js';
import { mostSelected } from '../../../plugin/tables/selection.js';
import { addManyServers } from '../../jobs/many-servers.js';
import { engines } from '../../support/app.js';
import { addDomain } from '../../support/fixtures.js';
import type { Page } from '../../support/visitor.js';
import { useScene } from './scene.js';

const many = mostSelected + 2;

for (const engine of engines) {
  describe(`more matching SMTP servers than can be listed, on ${engine}`, () => {
    const scene = useScene(engine);
    let ids: readonly number[];
    beforeEach(async () => {
      ids = await addManyServers(scene.app, scene.marie, many);
    });

    const path = '/smtp-servers/selected/removal';
    const ask = async (query = '?q=server'): Promise<Page> => {
      await scene.mariesBrowser.get('/smtp-servers');
      return await scene.mariesBrowser.post(path, { matching: '1', query });
    };
    /** Presses the button of the confirmation page. */
    const confirm = async ({ text }: Page, query = '?q=server'): Promise<Page> => {
      const upTo = /name="upTo" value="(\d+)"/.exec(text)?.[1] ?? '';
      return await scene.mariesBrowser.post(path, { matching: '1', query, upTo, confirmed: '1' });
    };
    const drained = async ({ location = '' }: Page): Promise<Job> => {
      assert.match(location, /^\/jobs\/\d+$/);
      await scene.app.features.jobWorker.drain();
      return await scene.app.features.jobs.find(scene.marie, Number(location.split('/').at(-1)));
    };
    const titles = async (): Promise<string[]> =>
      await scene.app.db.knex('smtp_servers').orderBy('id').pluck('title');

    it('are counted exactly, and exactly these are removed once confirmed', async () => {
      const { marie, paul } = scene;
      const [other] = await addManyServers(scene.app, marie, 1);
      await scene.app.db
        .knex('smtp_servers')
        .where({ id: other })
        .update({ title: 'Other', search_text: 'other' });
      await scene.add(paul, { title: 'Server of Paul' });
      await addDomain(scene.app, 'marie.example', 'marie');
      await scene.app.db.knex('domains').update({ relay_id: ids[7] });
      const asked = await ask();
      assert.match(asked.text, /Supprimer 5[\u00a0\u202f]002 serveurs SMTP/);
      assert.match(asked.text, /<li>Recherche\u00a0: server<\/li>/);
      assert.match(asked.text, /vérifiée lorsque vient son tour/);
      await addManyServers(scene.app, marie, 3);
      await scene.app.features.smtpServers.remove(marie, ids[9] ?? 0);

      const job = await drained(await confirm(asked));
      assert.equal(job.state, 'done');
      assert.deepEqual([job.done, job.total], [many - 1, many - 1]);
      assert.deepEqual([job.result.changed, job.result.refused], [many - 2, 1]);
      assert.deepEqual(await titles(), [
        'Server 7',
        'Other',
        'Server of Paul',
        'Server 0',
        'Server 1',
        'Server 2',
      ]);
    });

    it('need another confirmation unless the form has the last ID', async () => {
      await scene.mariesBrowser.get('/smtp-servers');
      const again = await scene.mariesBrowser.post(path, { matching: '1', confirmed: '1' });
      assert.equal(again.status, 200);
      assert.equal((await titles()).length, many);
    });

    it('are read in chunks that continue after the last written one', async () => {
      const { actionsOnServers } = scene.app.features;
      const [action] = actionsOnServers.actions;
      assert.ok(action !== undefined);
      const kind = jobKindOf(actionsOnServers, action);
      const payload = { matching: { query: '?q=server', parent: null, upTo: ids[249] ?? 0 } };
      const next = (cursor?: number) => kind.next({ viewer: scene.marie, payload, cursor });
      const first = await next();
      assert.deepEqual([first?.cursor, first?.count], [ids[99], mostAtOnce]);
      const undone = new Error('killed');
      await assert.rejects(
        scene.app.changes.make(scene.marie, async (changing) => {
          await first?.write(changing);
          throw undone;
        }),
        undone,
      );
      const again = await next();
      assert.deepEqual([again?.cursor, again?.count], [ids[99], mostAtOnce]);
      await scene.app.changes.make(scene.marie, async (changing) => again?.write(changing));
      const last = await next(Number(ids[199]));
      assert.deepEqual([last?.cursor, last?.count], [ids[249], 50]);
      assert.equal(await next(Number(ids[249])), undefined);
      const [gone] = await scene.app.db.knex('smtp_servers').min('id as id');
      assert.equal(Number(gone?.['id']), ids[100]);
    });

    it('are kept if an update has removed a filter of their selection', async () => {
      const asked = await ask('?usage=default');
      const { location = '' } = await confirm(asked, '?usage=default');
      const id = Number(location.split('/').at(-1));
      const stored = await scene.app.db.knex('jobs').where({ id }).first();
      await scene.app.db
        .knex('jobs')
        .where({ id })
        .update({ payload: String(stored.payload).replace('usage=', 'colour=') });
      const job = await drained({ ...asked, location });
      assert.deepEqual([job.state, job.failure?.key], ['failed', 'table.selection.unknown-filter']);
      assert.equal((await titles()).length, many);
    });
  });
}
