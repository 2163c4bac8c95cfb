import assert from 'node:assert/strict';
import { domainTable } from '../../plugin/features/domains/table.js';
import { TableQuery } from '../../plugin/tables/table-query.js';
import { parseTableState } from '../../plugin/tables/table-state.js';
import { languageFor } from '../../plugin/web/locale.js';
import { engines } from '../support/app.js';
import { addConfirmedServer } from '../support/confirmed-server.js';
import { addAccount, addDomain, addPlan } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';

for (const engine of engines) {
  describe(`the further columns of domains on ${engine}`, () => {
    const app = useTestApp(engine);
    const language = languageFor('en');

    before(async () => {
      await addAccount(app, 'marie', { planId: await addPlan(app) });
      await addAccount(app, 'paul');
      for (const name of ['plain.example', 'all.example', 'lost.example']) {
        await addDomain(app, name, name.startsWith('plain') ? 'paul' : 'marie');
      }
      const { knex } = app.db;
      const relay_id = await addConfirmedServer(app, 'all.example', { title: 'Office' });
      const columns = { relay_id, mx: 'elsewhere', mx_hosts: 'mx.away.test', changed_at: 0 };
      await knex('domains')
        .where({ name: 'all.example' })
        .update({ ...columns, webmail: 'sogo' });
      await knex('domains').where({ name: 'plain.example' }).update({ relay_id, webmail: null });
      await knex('domains')
        .where({ name: 'lost.example' })
        .update({ relay_id: 99, webmail: 'gone', mx: 'here', mail_enabled: 0 });
    });

    const read = async (columns?: readonly string[]): Promise<readonly object[]> => {
      const state = parseTableState(domainTable, {});
      const listing = { scope: { kind: 'all' } as const, state, columns };
      return (await new TableQuery(app.db, domainTable).page(listing)).rows;
    };
    const shown = async (key: string): Promise<readonly string[]> => {
      const column = domainTable.columns.find((each) => each.key === key);
      const state = parseTableState(domainTable, {});
      const listing = { scope: { kind: 'all' } as const, state, columns: [key] };
      const { rows } = await new TableQuery(app.db, domainTable).page(listing);
      return rows.map((row) => column?.cell(row, language).text ?? '');
    };

    it('show names, and keys or numbers of what is removed or another owner’s', async () => {
      const { relay_id: id } = await app.db
        .knex('domains')
        .where({ name: 'all.example' })
        .first('relay_id');
      assert.deepEqual(await shown('plan'), ['Everything', 'Everything', '–']);
      assert.deepEqual(await shown('webmail'), ['SOGo', 'gone', 'None']);
      assert.deepEqual(await shown('outgoing'), ['Office', '#99', `#${id}`]);
      assert.deepEqual(await shown('mx'), ['Elsewhere', 'Here', 'Not looked up yet']);
      assert.deepEqual(await shown('mx-hosts'), ['mx.away.test', '', '']);
      assert.deepEqual(
        (await shown('changed')).map((each) => each === '–'),
        [false, true, true],
      );
    });

    it('are read where they are shown', async () => {
      const further = ['plan_name', 'webmail_name', 'relay_title', 'mailboxes'];
      for (const [columns, names] of [
        [undefined, further],
        [['plan', 'name'], ['plan_name']],
        [
          ['mailboxes', 'outgoing'],
          ['relay_title', 'mailboxes'],
        ],
        [[], []],
      ] as const) {
        const [row = {}] = await read(columns);
        assert.deepEqual(further.filter((name) => name in row).toSorted(), [...names].toSorted());
      }
    });
  });
}
