import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { NotFoundError } from '../../plugin/errors.js';
import { startPreview } from '../../plugin/features/imports/index.js';
import { importAction } from '../../plugin/imports/import-action.js';
import { programFolder } from '../../plugin/runtime/paths.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { Scene, goodPassword } from '../features/mailboxes/scene.js';
import { engines } from '../support/app.js';
import { addAccount, viewerOf } from '../support/fixtures.js';
import { useOpenedEach } from '../support/opened.js';
import { refusedFields } from '../support/refusals.js';
import { applied, linesOf, previewOfFile } from './importing.js';

const naughty: readonly string[] = JSON.parse(
  readFileSync(join(programFolder, 'test/vectors/blns/blns.json'), 'utf8'),
);

const boxes = (count: number, from = 0): readonly string[] => [
  'address,password',
  ...Array.from({ length: count }, (_none, n) => `m${from + n}@marie.example,${goodPassword}`),
];

for (const engine of engines) {
  describe(`hostile imports on ${engine}`, () => {
    const scene = useOpenedEach(() => Scene.withBoxes(engine));
    const count = async (): Promise<number> => {
      const [row] = await scene.app.db.knex('mailboxes').count<{ n: number }[]>('* as n');
      return Number(row?.n);
    };

    it('change nothing that the form would not, whatever their cells hold', async () => {
      const rows = naughty.map((text, n) => [text, `n${n}\u0000@marie.example`, text]);
      const content = stringify([
        ['name', 'address', 'quota'],
        ...rows,
        ...naughty.map((text, n) => [text, `o${n}@marie.example`, '1']),
      ]);
      const options = { generates: true };
      const preview = await previewOfFile(scene.app, scene.marie, 'mailboxes', {
        lines: Buffer.from(content),
        options,
      });
      const lines = await linesOf(scene.app, preview);
      assert.equal(lines.length, 2 * naughty.length);
      assert.ok(lines.slice(0, naughty.length).every(({ why }) => why['address'] !== undefined));
      assert.ok(lines.slice(naughty.length).some(({ kind }) => kind === 'will-change'));
    });

    it('are read with cells longer than any column, and such lines are refused', async () => {
      const long = 'x'.repeat(60_000);
      const files = {
        mailboxes: [
          'address,name,password',
          `a@marie.example,,${long}`,
          `b@marie.example,${long},`,
        ],
        aliases: ['address,targets', `${long},x@elsewhere.example`, `c@marie.example,${long}`],
        domains: ['domain,owner', `long.example,${long}`, `${long},marie`],
      } as const;
      for (const key of ['mailboxes', 'aliases', 'domains'] as const) {
        const viewer = key === 'domains' ? scene.app.operator : scene.marie;
        const preview = await previewOfFile(scene.app, viewer, key, { lines: files[key] });
        assert.deepEqual(
          (await linesOf(scene.app, preview)).map(({ kind }) => kind),
          ['refused', 'refused'],
          key,
        );
      }
    });

    it('cannot fill the disk: the files of a day have a limit, except an administrator’s', async () => {
      const lines = Buffer.from('no known column\n'.padEnd(200_000, 'x\n'));
      const send = async (viewer: Viewer): Promise<unknown> =>
        await refusedFields(() => previewOfFile(scene.app, viewer, 'mailboxes', { lines }));
      const limit = { key: `import-megabytes:${scene.marie.accountId}` };
      await send(scene.marie);
      const { hits } = await scene.app.db.knex('rate_limits').where(limit).first();
      assert.equal(hits, 20);
      await scene.app.db.knex('rate_limits').where(limit).update({ hits: 590 });
      assert.deepEqual(await send(scene.marie), { file: 'imports.errors.no-address-column' });
      assert.deepEqual(await send(scene.marie), { file: 'imports.errors.too-much' });
      assert.deepEqual(await send(scene.paul), { file: 'imports.errors.no-address-column' });
      assert.deepEqual(await send(scene.app.operator), {
        file: 'imports.errors.no-address-column',
      });
    });

    it('that run at once create each mailbox once, and say so', async () => {
      const file = { lines: boxes(10) };
      const one = await previewOfFile(scene.app, scene.marie, 'mailboxes', file);
      const other = await previewOfFile(scene.app, scene.marie, 'mailboxes', file);
      const results = await Promise.all(
        [one, other].map((each) => applied(scene.app, scene.marie, each)),
      );
      const sum = (of: 'changed' | 'moved' | 'refused'): number =>
        results.reduce((total, result) => total + result[of], 0);
      assert.equal(sum('changed'), 10);
      assert.equal(sum('moved') + sum('refused'), 10);
      assert.equal(await count(), 12);
    });

    it('stop at the number of the plan, in the preview and when they are applied', async () => {
      await scene.app.db.knex('plans').update({ max_mailboxes: 4 });
      const preview = await previewOfFile(scene.app, scene.marie, 'mailboxes', { lines: boxes(5) });
      assert.deepEqual(
        (await linesOf(scene.app, preview)).map(({ why }) => why['address'] ?? ''),
        ['', '', '', ...Array.from({ length: 2 }, () => 'mailboxes.errors.plan-full')],
      );
      const late = await previewOfFile(scene.app, scene.marie, 'mailboxes', { lines: boxes(3, 9) });
      assert.equal((await applied(scene.app, scene.marie, preview)).changed, 3);
      const result = await applied(scene.app, scene.marie, late);
      assert.deepEqual([result.changed, result.refused], [0, 3]);
      assert.equal(await count(), 5);
    });

    it('of others do not exist, nor do those of the same account in another session', async () => {
      const { imports } = scene.app.features;
      const preview = await previewOfFile(scene.app, scene.marie, 'mailboxes', { lines: boxes(1) });
      const { import: id } = Object(preview.wanted);
      const adminId = await addAccount(scene.app, 'root', { role: 'administrator' });
      const acting = { ...scene.marie, actorId: adminId };
      for (const viewer of [scene.paul, acting, await viewerOf(scene.app, adminId)]) {
        await assert.rejects(imports.find(viewer, id), NotFoundError);
      }
    });

    it('are refused once the plan does not include them', async () => {
      const preview = await previewOfFile(scene.app, scene.marie, 'mailboxes', { lines: boxes(2) });
      const permissions = new Set(
        [...scene.marie.permissions].filter((id) => id !== 'imports.use'),
      );
      const { refused } = await applied(scene.app, { ...scene.marie, permissions }, preview);
      assert.equal(refused, 2);
      assert.equal(await count(), 2);
    });

    it('go on where a process ended, with the hashes that it made', async () => {
      const { imports, previews } = scene.app.features;
      const preview = await previewOfFile(scene.app, scene.marie, 'mailboxes', { lines: boxes(3) });
      const action = importAction(imports, await imports.kind('mailboxes'));
      // It ends before the transaction does.
      await previews.application.next(scene.marie, preview, action, 0);
      const hashes = await scene.app.db.knex('import_lines').orderBy('id').pluck('password_hash');
      assert.equal(hashes.filter((each) => each.startsWith('{ARGON2ID}')).length, 3);
      assert.equal((await applied(scene.app, scene.marie, preview)).changed, 3);
      const row = await scene.mailboxRow('m0@marie.example');
      assert.equal(row?.password_hash, hashes[0]);
      const left = await scene.app.db.knex('import_lines').select('password', 'password_hash');
      assert.ok(left.every((each) => each.password === null && each.password_hash === null));
    });

    it('leave more hashes than a few to a job, which decides first where nobody has looked', async () => {
      const { features } = scene.app;
      const few = await previewOfFile(scene.app, scene.marie, 'mailboxes', { lines: boxes(10) });
      assert.ok('result' in (await features.previews.apply(scene.marie, few.id)));
      const more = await previewOfFile(scene.app, scene.marie, 'mailboxes', {
        lines: boxes(11, 20),
      });
      assert.ok('jobId' in (await features.previews.apply(scene.marie, more.id)));
      await features.jobWorker.drain();
      assert.equal(await count(), 23);
      const unseen = await startPreview(
        features,
        scene.marie,
        await features.imports.kind('mailboxes'),
        {
          content: Buffer.from([...boxes(300, 40), 'no address,x'].join('\n')),
          options: { domain: undefined, changes: false, generates: false },
        },
      );
      const jobId = await features.previews.start(scene.marie, unseen, 301);
      assert.equal((await features.previews.find(scene.marie, unseen)).isCounted, false);
      await features.jobs.cancel(scene.marie, jobId);
      await features.jobWorker.drain();
      assert.equal(await count(), 23);
    });

    it('of many lines are one job, one act in the log, and chunks', async () => {
      const preview = await previewOfFile(scene.app, scene.marie, 'mailboxes', {
        lines: boxes(120),
      });
      const done = await scene.app.features.previews.apply(scene.marie, preview.id);
      assert.ok('jobId' in done);
      await scene.app.features.jobWorker.drain();
      const job = await scene.app.db.knex('jobs').where({ id: done.jobId }).first();
      assert.equal(job.state, 'done');
      assert.equal(await count(), 122);
      const groups = await scene.app.db
        .knex('audit_entries')
        .where({ action: 'mailbox.created' })
        .where('subject', 'like', 'm%')
        .distinct('group_id');
      assert.equal(groups.length, 1);
    });
  });
}
