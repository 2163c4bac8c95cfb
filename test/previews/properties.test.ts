import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type RowsWanted, wantedSettings } from '../../plugin/features/domain-mail/rows-wanted.js';
import type { JobResult } from '../../plugin/jobs/job.js';
import { Scene } from '../features/mailboxes/scene.js';
import { engines } from '../support/app.js';
import { addDomain } from '../support/fixtures.js';
import { useOpened } from '../support/opened.js';
import { previewOf } from './scene.js';

const count = 12;
const foreign = 3;
/** In the suite always the same; RELAIS_PAIRS=10000 makes as many others. */
const pairs = process.env['RELAIS_PAIRS'];
const runs = pairs === undefined ? { numRuns: 300, seed: 20_261_128 } : { numRuns: Number(pairs) };

const rejecting = (text: string): RowsWanted => ({
  policy: { key: 'reject', texts: { rejectText: text } },
});

const wanted = fc.oneof(
  fc.constantFrom('a', 'b').map(rejecting),
  fc.boolean().map((enabled) => ({ enabled })),
);

/** Some domains, the viewer's and others', or all that match; who changes what before it is applied, and how it is. */
const bulks = fc.record({
  selected: fc.oneof(
    fc.uniqueArray(fc.nat(count + foreign - 1), { minLength: 1 }),
    fc.constantFrom('?', '?mail=on', '?mail=off', '?policy=reject', '?q=d1'),
  ),
  wanted,
  meanwhile: fc.array(fc.record({ place: fc.nat(count - 1), wanted }), { maxLength: 4 }),
  isJob: fc.nat(9).map((one) => one === 0),
});

for (const engine of engines) {
  describe(`any bulk change of domains on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    let ids: number[];
    before(async () => {
      // What the mail servers read has tests of its own, and takes the disk's time for each change.
      scene.app.maps.copyChanges = async () => {};
      for (let index = 0; index < count + foreign; index += 1) {
        await addDomain(scene.app, `d${index}.example`, index < count ? 'marie' : 'paul');
      }
      ids = await scene.app.db
        .knex('domains')
        .where('name', 'like', 'd%')
        .orderBy('id')
        .pluck('id');
    });

    const versions = async (): Promise<ReadonlyMap<number, number>> => {
      const rows = await scene.app.db.knex('domains').orderBy('id').select('id', 'version');
      return new Map(rows.map(({ id, version }) => [id, version]));
    };
    const asked = (selected: readonly number[] | string) =>
      typeof selected === 'string'
        ? { query: selected }
        : { ids: selected.map((place) => ids[place] ?? 0).toSorted((one, other) => one - other) };

    const changeMeanwhile = async (id: number, to: RowsWanted): Promise<void> => {
      const { name }: { name: string } = await scene.app.db
        .knex('domains')
        .where({ id })
        .first('name');
      const settings = wantedSettings(to);
      await scene.app.features.domainMail.change(scene.marie, name, { settings });
    };

    const apply = async (id: number, isJob: boolean): Promise<JobResult> => {
      const { previews, jobs, jobWorker } = scene.app.features;
      if (!isJob) {
        const applied = await previews.apply(scene.marie, id);
        return 'result' in applied ? applied.result : assert.fail();
      }
      const job = await previews.start(scene.marie, id);
      await jobWorker.drain();
      return (await jobs.find(scene.marie, job)).result;
    };

    it('changes exactly the previewed rows that nobody has changed since', async () => {
      await fc.assert(
        fc.asyncProperty(bulks, async ({ selected, wanted: to, meanwhile, isJob }) => {
          const { app, marie } = scene;
          const shown = await versions();
          const preview = await previewOf(app, marie, 'settings', {
            wanted: to,
            ...asked(selected),
          });
          const rows: { row_id: number; kind: string }[] = await app.db
            .knex('preview_rows as p')
            .join('preview_classes as c', (on) =>
              on.on('c.preview_id', 'p.preview_id').andOn('c.number', 'p.class'),
            )
            .where('p.preview_id', preview.id)
            .orderBy('p.row_id')
            .select('p.row_id', 'c.kind');
          for (const each of meanwhile) {
            await changeMeanwhile(ids[each.place] ?? 0, each.wanted);
          }
          const before = await versions();
          const result = await apply(preview.id, isJob);
          const moved = new Set(differing(shown, before));
          const expected = rows
            .filter(({ row_id: id, kind }) => kind === 'will-change' && !moved.has(id))
            .map(({ row_id: id }) => id);
          assert.deepEqual(differing(before, await versions()), expected);
          assert.deepEqual(
            [result.changed, result.moved],
            [expected.length, rows.filter(({ row_id: id }) => moved.has(id)).length],
          );
        }),
        runs,
      );
    });

    it('is reported truly when two overlap', async () => {
      const { app, marie } = scene;
      const { previews } = app.features;
      const own = ids.slice(0, count);
      const one = await previewOf(app, marie, 'settings', { wanted: rejecting('one'), ids: own });
      const other = await previewOf(app, marie, 'settings', {
        wanted: rejecting('other'),
        ids: own,
      });
      const results = await Promise.all(
        [one, other].map(async ({ id }) => await previews.apply(marie, id)),
      );
      const changed = results.map((each) => ('result' in each ? each.result.changed : -1));
      const texts: string[] = await app.db.knex('domains').whereIn('id', own).pluck('reject_text');
      assert.equal((changed[0] ?? 0) + (changed[1] ?? 0), count);
      assert.deepEqual(
        changed,
        ['one', 'other'].map((text) => texts.filter((each) => each === text).length),
      );
      const outcomes = await app.db
        .knex('preview_rows')
        .whereIn('preview_id', [one.id, other.id])
        .whereNotNull('outcome')
        .pluck('outcome');
      assert.deepEqual([outcomes.length, new Set(outcomes)], [count, new Set(['meanwhile'])]);
    });
  });
}

function differing(
  one: ReadonlyMap<number, number>,
  other: ReadonlyMap<number, number>,
): readonly number[] {
  return [...other].flatMap(([id, version]) => (version === one.get(id) ? [] : [id]));
}
