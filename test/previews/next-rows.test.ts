import assert from 'node:assert/strict';
import { domainTable } from '../../plugin/features/domains/table.js';
import { NextRows } from '../../plugin/previews/next-rows.js';
import type { PreviewSelection } from '../../plugin/previews/preview.js';
import type { Scope } from '../../plugin/viewing/scope.js';
import { engines } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';

for (const engine of engines) {
  describe(`the rows of a preview on ${engine}`, () => {
    const app = useTestApp(engine);
    let marieId: number;
    before(async () => {
      marieId = await addAccount(app, 'marie');
      await addAccount(app, 'paul');
      for (let index = 0; index < 12; index += 1) {
        await addDomain(app, `d${index}.example`, index % 2 === 0 ? 'marie' : 'paul');
      }
    });

    const namesOf = async (selection: PreviewSelection, scope: Scope): Promise<string[]> => {
      const next = new NextRows(app.db, domainTable);
      const ids: number[] = [];
      for (;;) {
        const some = await next.after({ scope }, selection, { after: ids.at(-1) ?? 0, size: 4 });
        ids.push(...some);
        if (some.length < 4) {
          break;
        }
      }
      return await app.db.knex('domains').whereIn('id', ids).orderBy('id').pluck('name');
    };
    const byPaul = { kind: 'matching', query: '?q=paul', parent: null, upTo: 1e6 } as const;

    it('are those with the IDs, part by part', async () => {
      const ids: number[] = await app.db.knex('domains').orderBy('id').pluck('id');
      const names = await namesOf({ kind: 'rows', ids }, { kind: 'all' });
      assert.equal(names.length, 12);
    });

    it('are those that match the query within the scope', async () => {
      assert.deepEqual(
        await namesOf(byPaul, { kind: 'all' }),
        [1, 3, 5, 7, 9, 11].map((index) => `d${index}.example`),
      );
      assert.deepEqual(await namesOf(byPaul, { kind: 'owner', accountId: marieId }), []);
    });

    it('are none that were added later', async () => {
      const last: number[] = await app.db
        .knex('domains')
        .orderBy('id', 'desc')
        .limit(1)
        .pluck('id');
      const upTo = last[0] ?? 0;
      await addDomain(app, 'later.example', 'paul');
      const names = await namesOf({ ...byPaul, upTo }, { kind: 'all' });
      assert.ok(!names.includes('later.example'));
    });
  });
}
