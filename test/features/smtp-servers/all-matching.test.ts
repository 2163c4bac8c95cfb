import assert from 'node:assert/strict';
import type { Job } from '../../../plugin/jobs/job.js';
import { ConflictError } from '../../../plugin/errors.js';
import { mostSelected } from '../../../plugin/tables/selection.js';
import { addManyServers } from '../../jobs/many-servers.js';
import { engines } from '../../support/app.js';
import { addDomain } from '../../support/fixtures.js';
import type { Page } from '../../support/visitor.js';
import { type ShownPreview, applyIt, askFor } from '../../previews/pressing.js';
import { useScene } from './scene.js';

const many = mostSelected + 2;
const chunk = 1000;

for (const engine of engines) {
  describe(`more matching SMTP servers than can be listed, on ${engine}`, () => {
    const scene = useScene(engine);
    let ids: readonly number[];
    beforeEach(async () => {
      ids = await addManyServers(scene.app, scene.marie, many);
    });

    const ask = async (query = '?q=server'): Promise<ShownPreview> => {
      await scene.mariesBrowser.get('/smtp-servers');
      const fields = { matching: '1', query };
      return await askFor(scene.mariesBrowser, '/smtp-servers/selected/removal', fields);
    };
    /** Waits until all rows are checked, as the page does. */
    const whole = async ({ path }: ShownPreview): Promise<ShownPreview> => {
      await scene.app.features.previews.whole(scene.marie, Number(path.split('/').at(-1)));
      return { ...(await scene.mariesBrowser.get(path)), path };
    };
    const confirm = async (asked: ShownPreview): Promise<Page> =>
      await applyIt(scene.mariesBrowser, asked);
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
      const asked = await whole(await ask());
      assert.match(asked.text, /Supprimer 5[\u00a0\u202f]001 serveurs SMTP/);
      assert.match(asked.text, /1 ligne ne peut pas être modifiée/);
      await addManyServers(scene.app, marie, 3);
      await scene.app.features.smtpServers.remove(marie, ids[9] ?? 0);

      const job = await drained(await confirm(asked));
      assert.equal(job.state, 'done');
      assert.deepEqual([job.done, job.total], [many, many]);
      assert.deepEqual(
        [job.result.changed, job.result.refused, job.result.moved],
        [many - 2, 1, 1],
      );
      assert.deepEqual(await titles(), [
        'Server 7',
        'Other',
        'Server of Paul',
        'Server 0',
        'Server 1',
        'Server 2',
      ]);
    });

    it('cannot be removed before all are checked', async () => {
      const { previews, actionsOnServers } = scene.app.features;
      const [action] = actionsOnServers.actions;
      assert.ok(action !== undefined);
      const offered = { table: actionsOnServers.table, action };
      const id = await previews.create(scene.marie, offered, {
        wanted: undefined,
        selection: { kind: 'rows', ids },
        list: '/smtp-servers',
      });
      await assert.rejects(previews.apply(scene.marie, id), ConflictError);
      assert.equal((await titles()).length, many);
    });

    it('are removed in chunks that continue after the last written one', async () => {
      const { previews, actionsOnServers } = scene.app.features;
      const [action] = actionsOnServers.actions;
      assert.ok(action !== undefined);
      const { path } = await whole(await ask());
      const preview = await previews.find(scene.marie, Number(path.split('/').at(-1)));
      const next = (cursor = 0) => previews.application.next(scene.marie, preview, action, cursor);
      const first = await next();
      assert.deepEqual([first?.cursor, first?.count], [ids[chunk - 1], chunk]);
      const undone = new Error('killed');
      await assert.rejects(
        scene.app.changes.make(scene.marie, async (changing) => {
          await first?.write(changing);
          throw undone;
        }),
        undone,
      );
      const again = await next();
      assert.deepEqual([again?.cursor, again?.count], [ids[chunk - 1], chunk]);
      await scene.app.changes.make(scene.marie, async (changing) => again?.write(changing));
      const last = await next(Number(ids.at(-51)));
      assert.deepEqual([last?.cursor, last?.count], [ids.at(-1), 50]);
      assert.equal(await next(Number(ids.at(-1))), undefined);
      const [gone] = await scene.app.db.knex('smtp_servers').min('id as id');
      assert.equal(Number(gone?.['id']), ids[chunk]);
    });

    it('are kept if an update has removed a filter of their selection', async () => {
      const { previews, actionsOnServers } = scene.app.features;
      const [action] = actionsOnServers.actions;
      assert.ok(action !== undefined);
      const offered = { table: actionsOnServers.table, action };
      const id = await previews.create(scene.marie, offered, {
        wanted: undefined,
        selection: { kind: 'matching', query: '?colour=default', parent: null, upTo: 100_000 },
        list: '/smtp-servers',
      });
      await assert.rejects(previews.whole(scene.marie, id), {
        key: 'table.selection.unknown-filter',
      });
      assert.equal((await titles()).length, many);
    });
  });
}
