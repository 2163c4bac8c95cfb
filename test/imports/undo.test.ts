import assert from 'node:assert/strict';
import { Application } from '../../plugin/previews/application.js';
import type { ImportKey } from '../../plugin/imports/kind.js';
import type { Preview } from '../../plugin/previews/preview.js';
import { hashPassword } from '../../plugin/secrets/passwords.js';
import { Scene } from '../features/mailboxes/scene.js';
import { applyIt, counted } from '../previews/pressing.js';
import { engines } from '../support/app.js';
import { useServedScene } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';
import { linesOf, previewOfFile } from './importing.js';

for (const engine of engines) {
  describe(`undoing an import on ${engine}`, () => {
    const { scene, web } = useServedScene(() => Scene.withBoxes(engine));
    let marie: Visitor;
    let hash: string;
    before(async () => {
      marie = await Visitor.signedIn(web, scene.app, scene.marie.accountId);
      hash = `"${await hashPassword('nine small lamps')}"`;
    });

    const names = async (table: ImportKey): Promise<readonly string[]> =>
      await scene.app.db
        .knex(table)
        .where(table === 'domains' ? 'name' : 'address', 'like', 'x%')
        .orderBy('id')
        .pluck(table === 'domains' ? 'name' : 'address');
    const started = async (kind: ImportKey, lines: readonly string[]) => {
      const viewer = kind === 'domains' ? scene.app.operator : scene.marie;
      const options = { changes: true };
      const preview = await previewOfFile(scene.app, viewer, kind, { lines, options });
      return { preview, job: await scene.app.features.previews.start(viewer, preview.id) };
    };
    /** Presses the button of a job's page. @returns the preview of the undo. */
    const undoOf = async ({ id }: Preview): Promise<string> => {
      const { location = '' } = await marie.post(`/previews/${id}/undo`, {});
      assert.match(location, /^\/previews\/\d+$/);
      return location;
    };
    const shown = async (path: string) => {
      const preview = await scene.app.features.previews.whole(
        scene.marie,
        Number(path.split('/').at(-1)),
      );
      return (await linesOf(scene.app, preview)).map(({ name, kind, why }) => [
        name,
        kind,
        ...Object.values(why),
      ]);
    };
    const applied = async (path: string): Promise<void> => {
      await applyIt(marie, { ...(await counted(marie, path)), path });
    };

    it('takes away what it created, names what has changed since, and gives back what it changed', async () => {
      const { features } = scene.app;
      const { preview } = await started('mailboxes', [
        'address,password,name',
        ...['x1', 'x2', 'x3'].map((name) => `${name}@marie.example,${hash},${name}`),
        'box@marie.example,,Renamed',
      ]);
      await features.jobWorker.drain();
      assert.equal((await scene.mailboxRow('box@marie.example'))?.display_name, 'Renamed');
      const rowOf = async (name: string) => await scene.mailboxRow(`${name}@marie.example`);
      await features.mailboxes.change(scene.marie, 'marie.example', (await rowOf('x2'))?.id ?? 0, {
        displayName: 'Mine',
      });
      await features.mailboxes.remove(scene.marie, 'marie.example', (await rowOf('x3'))?.id ?? 0);

      const undo = await undoOf(preview);
      const what = new Map((await shown(undo)).map(([name = '', kind]) => [name, kind]));
      assert.deepEqual(
        ['box', 'x1', 'x2', 'x3'].map((name) => what.get(`${name}@marie.example`)),
        ['will-change', 'will-change', 'refused', 'refused'],
      );
      assert.equal(what.size, 4);
      await applied(undo);
      assert.deepEqual(await names('mailboxes'), ['x2@marie.example']);
      assert.notEqual((await rowOf('box'))?.display_name, 'Renamed');
    });

    it('takes away what was done of a cancelled one, and the rest can be imported', async () => {
      const { previews, jobs, jobWorker } = scene.app.features;
      const addresses = ['xa', 'xb', 'xc'].map((name) => `${name}@marie.example`);
      const { preview, job } = await started('aliases', [
        'address,targets',
        ...addresses.map((address) => `${address},box@marie.example`),
      ]);
      const { application } = previews;
      const usual = application.next.bind(application);
      const rowByRow = new Application(scene.app.db, { atOnce: 1, mixed: 1, oneByOne: 1 });
      let count = 0;
      application.next = async (...args) => {
        count += 1;
        if (count === 2) {
          await jobs.cancel(scene.marie, job);
        }
        return await rowByRow.next(...args);
      };
      await jobWorker.drain();
      application.next = usual;
      assert.deepEqual(await names('aliases'), addresses.slice(0, 2));
      const left = await previews.whole(scene.marie, await previews.again(scene.marie, preview.id));
      assert.deepEqual(
        (await linesOf(scene.app, left)).map(({ name, kind }) => [name, kind]),
        [[addresses[2], 'will-change']],
      );
      await applied(await undoOf(preview));
      assert.deepEqual(await names('aliases'), []);
    });
  });
}
