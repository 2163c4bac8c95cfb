import assert from 'node:assert/strict';
import { accountTable } from '../../plugin/panel/standalone/accounts/table.js';
import { TableQuery } from '../../plugin/tables/table-query.js';
import { type TableState, parseTableState, tableQuery } from '../../plugin/tables/table-state.js';
import { engines } from '../support/app.js';
import { addAccount } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';

/** Logins with the time of their last sign-in. */
const accounts: readonly (readonly [string, number | null])[] = [
  ['anna', 2000],
  ['bert', null],
  ['carl', 1000],
  ['dora', null],
  ['emil', 2000],
  ['fred', null],
  ['gina', 3000],
];

const ascending = ['bert', 'dora', 'fred', 'carl', 'anna', 'emil', 'gina'];

for (const engine of engines) {
  describe(`an order by what may be missing on ${engine}`, () => {
    const app = useTestApp(engine);
    let query: TableQuery<object>;

    before(async () => {
      await app.db.knex('accounts').delete();
      for (const [login, at] of accounts) {
        const id = await addAccount(app, login);
        await app.db.knex('accounts').where({ id }).update({ signed_in_at: at });
      }
      query = new TableQuery<object>(app.db, accountTable);
    });

    /** Reads page after page, following the links. */
    const walked = async (
      start: Record<string, string>,
      way: 'next' | 'previous',
      size: number,
    ): Promise<readonly unknown[]> => {
      const found: unknown[] = [];
      let current: Record<string, string> | undefined = { sort: 'access', ...start };
      while (current !== undefined) {
        const state: TableState = { ...parseTableState(accountTable, current), size };
        const page = await query.page({ scope: { kind: 'all' }, state });
        found.splice(
          way === 'next' ? found.length : 0,
          0,
          ...page.rows.map((row) => Reflect.get(row, 'login')),
        );
        const key = (way === 'next' ? page.last : page.first) ?? [];
        const place = { at: way === 'next' ? 'after' : 'before', key } as const;
        const goesOn = way === 'next' ? page.hasNext : page.hasPrevious;
        const link = tableQuery(accountTable, state, { place });
        current = goesOn ? Object.fromEntries(new URLSearchParams(link.slice(1))) : undefined;
      }
      return found;
    };

    for (const size of [1, 2, 3, 7]) {
      it(`has what is missing at the lower end, in both directions, in pages of ${size}`, async () => {
        const descending = ascending.toReversed();
        assert.deepEqual(await walked({ dir: 'asc' }, 'next', size), ascending);
        assert.deepEqual(await walked({ dir: 'desc' }, 'next', size), descending);
        assert.deepEqual(await walked({ dir: 'asc', before: 'end' }, 'previous', size), ascending);
        assert.deepEqual(
          await walked({ dir: 'desc', before: 'end' }, 'previous', size),
          descending,
        );
      });
    }

    it('exports all rows', async () => {
      const state = parseTableState(accountTable, { sort: 'access', dir: 'desc' });
      const logins: unknown[] = [];
      for await (const rows of query.all({ scope: { kind: 'all' }, state })) {
        logins.push(...rows.map((row) => Reflect.get(row, 'login')));
      }
      assert.deepEqual(logins, ascending.toReversed());
    });

    it('starts anew at a key that no row can have', async () => {
      const after = Buffer.from('[1000,null]').toString('base64url');
      const state = parseTableState(accountTable, { sort: 'access', after });
      assert.deepEqual(state.place, { at: 'start' });
    });
  });
}
