import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { RowsWanted } from '../../plugin/features/domain-mail/rows-wanted.js';
import { Scene } from '../features/mailboxes/scene.js';
import { engines } from '../support/app.js';
import { addDomain } from '../support/fixtures.js';
import { useOpened } from '../support/opened.js';
import { previewOf } from './scene.js';

const count = 12;
const runs = 60;

const rejecting = (text: string): RowsWanted => ({
  policy: { key: 'reject', texts: { rejectText: text } },
});

/** A selection of some domains, what is wanted of them, and who changes what before it is applied. */
const bulks = fc.record({
  selected: fc.uniqueArray(fc.nat(count - 1), { minLength: 1 }),
  wanted: fc.oneof(
    fc.constantFrom('a', 'b').map(rejecting),
    fc.boolean().map((enabled) => ({ enabled })),
  ),
  meanwhile: fc.uniqueArray(fc.nat(count - 1), { maxLength: 5 }),
  to: fc.constantFrom('c', 'd'),
});

for (const engine of engines) {
  describe(`any bulk change of domains on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    let ids: number[];
    before(async () => {
      for (let index = 0; index < count; index += 1) {
        await addDomain(scene.app, `d${index}.example`, 'marie');
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
    const idsAt = (places: readonly number[]): readonly number[] =>
      places.map((place) => ids[place] ?? 0).toSorted((one, other) => one - other);

    it('changes what was previewed less what moved, and never another row', async () => {
      await fc.assert(
        fc.asyncProperty(bulks, async ({ selected, wanted, meanwhile, to }) => {
          const { app, marie } = scene;
          const preview = await previewOf(app, marie, 'settings', { wanted, ids: idsAt(selected) });
          const classes: { row_id: number; kind: string }[] = await app.db
            .knex('preview_rows as p')
            .join('preview_classes as c', (on) =>
              on.on('c.preview_id', 'p.preview_id').andOn('c.number', 'p.class'),
            )
            .where('p.preview_id', preview.id)
            .orderBy('p.row_id')
            .select('p.row_id', 'c.kind');
          const shown = await versions();
          for (const id of idsAt(meanwhile)) {
            const row = await app.db.knex('domains').where({ id }).first();
            const unknown = { policy: 'reject', text: `${to} ${row.version}` } as const;
            await app.features.domainMail.change(marie, row.name, { settings: { unknown } });
          }
          const before = await versions();
          const applied = await app.features.previews.apply(marie, preview.id);
          const after = await versions();

          const changed = [...after].filter(([id, version]) => version !== before.get(id));
          const moved = [...before].filter(([id, version]) => version !== shown.get(id));
          const movedIds = new Set(moved.map(([id]) => id));
          const expected = classes
            .filter(({ row_id: id, kind }) => kind === 'will-change' && !movedIds.has(id))
            .map(({ row_id: id }) => id);
          assert.deepEqual(
            changed.map(([id]) => id),
            expected,
          );
          assert.ok('result' in applied);
          const reported = classes.filter(({ row_id: id }) => movedIds.has(id)).length;
          assert.deepEqual(
            [applied.result.changed, applied.result.moved],
            [expected.length, reported],
          );
        }),
        { numRuns: runs },
      );
    });

    it('is reported truly when two overlap', async () => {
      const { app, marie } = scene;
      const { previews } = app.features;
      const one = await previewOf(app, marie, 'settings', { wanted: rejecting('one'), ids });
      const other = await previewOf(app, marie, 'settings', { wanted: rejecting('other'), ids });
      const results = await Promise.all(
        [one, other].map(async ({ id }) => await previews.apply(marie, id)),
      );
      const changed = results.map((each) => ('result' in each ? each.result.changed : -1));
      const texts: string[] = await app.db.knex('domains').whereIn('id', ids).pluck('reject_text');
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
