import assert from 'node:assert/strict';
import { outcomeTable } from '../../plugin/features/previews/outcome-table.js';
import type { Preview } from '../../plugin/previews/preview.js';
import type { AnyTable } from '../../plugin/tables/table.js';
import { TableQuery } from '../../plugin/tables/table-query.js';
import { parseTableState, queryIn } from '../../plugin/tables/table-state.js';
import { languageFor } from '../../plugin/web/locale.js';
import { Scene } from '../features/mailboxes/scene.js';
import { engines } from '../support/app.js';
import { addDomain } from '../support/fixtures.js';
import { useOpenedEach } from '../support/opened.js';
import { previewOf, rejecting } from './scene.js';

for (const engine of engines) {
  describe(`the lists of a preview on ${engine}`, () => {
    const scene = useOpenedEach(() => Scene.open(engine));

    const rowsOf = async (
      table: AnyTable,
      { id }: Preview,
      query = '',
    ): Promise<readonly string[]> => {
      const state = parseTableState(table, queryIn(query));
      const listing = { scope: scene.marie.scope, state, parent: id };
      const language = languageFor('en');
      const rows: string[] = [];
      for await (const some of new TableQuery(scene.app.db, table).all(listing)) {
        rows.push(
          ...some.map((row) =>
            table.columns.map((column) => column.cell(row, language).text).join(' | '),
          ),
        );
      }
      assert.equal(await new TableQuery(scene.app.db, table).countAll(listing), rows.length);
      return rows;
    };

    it('show each row before and after, by name, and are searched and filtered', async () => {
      await scene.app.features.domainMail.change(scene.marie, 'bücher.example', {
        settings: { unknown: { policy: 'reject', text: 'Nobody here.' } },
      });
      const preview = await previewOf(scene.app, scene.marie, 'unknown', { wanted: rejecting });
      const { previewTable } = scene.app.features;
      const changing = 'marie.example | Will change | Text for the refusal: – → Nobody here.';
      const so = 'bücher.example | No change needed | –';
      const shown = (await rowsOf(previewTable, preview)).map((row) =>
        row.replace(/(?<=Will change \| ).*(?= → )/, 'Text for the refusal: –'),
      );
      assert.deepEqual(shown, [so, changing]);
      assert.deepEqual(await rowsOf(previewTable, preview, '?kind=already-so'), [so]);
      assert.deepEqual(await rowsOf(previewTable, preview, '?q=xn--bcher'), [so]);
      assert.deepEqual(await rowsOf(previewTable, preview, '?kind=refused'), []);
    });

    it('show outcomes, which follow from classes unless a row has its own', async () => {
      await addDomain(scene.app, 'zebra.example', 'marie');
      const preview = await previewOf(scene.app, scene.marie, 'off', {
        wanted: { enabled: false },
      });
      await scene.app.features.domainMail.change(scene.marie, 'marie.example', {
        settings: { unknown: { policy: 'reject', text: 'No.' } },
      });
      const before = await rowsOf(outcomeTable, preview);
      assert.ok(
        before.every((row) => row.endsWith(' | Not reached | –')),
        before.join(),
      );
      await scene.app.features.previews.apply(scene.marie, preview.id);
      const after = await rowsOf(outcomeTable, preview);
      assert.deepEqual(
        [after[0], after[2]],
        ['bücher.example | Changed | –', 'zebra.example | Changed | –'],
      );
      assert.match(after[1] ?? '', /^marie\.example \| Changed meanwhile \| Changed by marie on /);
      assert.equal((await rowsOf(outcomeTable, preview, '?outcome=changed')).length, 2);
      assert.equal((await rowsOf(outcomeTable, preview, '?outcome=meanwhile,failed')).length, 1);
    });
  });
}
