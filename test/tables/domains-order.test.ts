import assert from 'node:assert/strict';
import { domainTable } from '../../plugin/features/domains/table.js';
import { DomainStore } from '../../plugin/panel/directory/domain-store.js';
import { TableQuery } from '../../plugin/tables/table-query.js';
import { type TableState, parseTableState, tableQuery } from '../../plugin/tables/table-state.js';
import { type TestApp, engines } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';

const names = [
  'zoo.example',
  'bäckerei.example',
  'backerei.example',
  'alpha.example',
  'éclair.example',
  'echo.example',
  'xn--caf-dma.example',
  'camping.example',
];

for (const engine of engines) {
  describe(`the list of domains on ${engine}`, () => {
    const app = useTestApp(engine);
    before(async () => {
      await addAccount(app, 'marie');
      await addAccount(app, 'paul', { name: 'Pâtisserie Paul' });
      for (const name of names) {
        await addDomain(app, name, name.startsWith('z') ? 'paul' : 'marie');
      }
    });

    const shown = async (query: Record<string, string>): Promise<string[]> => {
      const state = parseTableState(domainTable, query);
      const page = await new TableQuery(app.db, domainTable).page({
        scope: { kind: 'all' },
        state,
      });
      return page.rows.map((row) => row.utf8_name ?? row.name);
    };

    it('is in alphabetical order, whatever the accents', async () => {
      assert.deepEqual(await shown({}), [
        'alpha.example',
        'bäckerei.example',
        'backerei.example',
        'café.example',
        'camping.example',
        'echo.example',
        'éclair.example',
        'zoo.example',
      ]);
    });

    it('pages by key, forwards and backwards, in every order, without losing a row', async () => {
      for (const sort of ['name', 'owner', 'mail', 'unknown', 'mx', 'created']) {
        for (const dir of ['asc', 'desc']) {
          const all = await shown({ sort, dir });
          assert.deepEqual(await walk(app, { sort, dir }, 'next'), all, `${sort} ${dir}`);
          assert.deepEqual(
            await walk(app, { sort, dir, before: 'end' }, 'previous'),
            all,
            `${sort} ${dir} back`,
          );
        }
      }
    });

    it('is in the order of its owners, also after one was renamed', async () => {
      const last = async (): Promise<string | undefined> => (await shown({ sort: 'owner' })).at(-1);
      assert.equal(await last(), 'zoo.example');
      const { id }: { id: number } = await app.db
        .knex('accounts')
        .where({ login: 'paul' })
        .first('id');
      await app.db.transaction(async (tx) => {
        await new DomainStore(app.db).renameOwner(tx, id, 'Pâtisserie Paul', 'Éclairs');
      });
      assert.equal((await shown({ sort: 'owner' }))[0], 'zoo.example');
      await app.db.transaction(async (tx) => {
        await new DomainStore(app.db).renameOwner(tx, id, 'Éclairs', 'Pâtisserie Paul');
      });
    });

    const searches: [text: string, found: string[], why: string][] = [
      ['BACK', ['bäckerei.example', 'backerei.example'], 'case and accents do not matter'],
      ['cafe', ['café.example'], 'an IDN is found without its accent'],
      ['xn--caf', ['café.example'], 'and by its A-label'],
      ['patis zoo', ['zoo.example'], 'every word must match somewhere, the owner included'],
      ['é', everyWith('e'), 'a word too short for the index'],
      ['nowhere', [], 'nothing'],
      ['"; DROP TABLE domains; --', [], 'nothing, and no harm'],
      ['%_*', [], 'wildcards are characters'],
    ];
    for (const [text, found, why] of searches) {
      it(`finds ${found.length} for ${text}: ${why}`, async () => {
        assert.deepEqual(await shown({ q: text }), found);
      });
    }

    it('falls back to defaults for an invalid query', async () => {
      const all = await shown({});
      for (const query of [
        { sort: 'password' },
        { dir: 'up' },
        { size: '9999' },
        { after: 'e30' },
        { after: '[[' },
        { before: 'W251bGxd' },
      ]) {
        assert.deepEqual(await shown(query), all, JSON.stringify(query));
      }
    });
  });
}

/** Reads page after page of two rows, following the links. */
async function walk(
  app: TestApp,
  query: Record<string, string>,
  way: 'next' | 'previous',
): Promise<string[]> {
  const table = new TableQuery(app.db, domainTable);
  const found: string[] = [];
  let current: Record<string, string> | undefined = query;
  while (current !== undefined) {
    const state: TableState = { ...parseTableState(domainTable, current), size: 2 };
    const page = await table.page({ scope: { kind: 'all' }, state });
    const rows = page.rows.map((row) => row.utf8_name ?? row.name);
    found.splice(way === 'next' ? found.length : 0, 0, ...rows);
    const key = way === 'next' ? page.last : page.first;
    const goesOn = way === 'next' ? page.hasNext : page.hasPrevious;
    const place = { at: way === 'next' ? 'after' : 'before', key: key ?? [] } as const;
    current = goesOn
      ? Object.fromEntries(new URLSearchParams(tableQuery(domainTable, state, { place }).slice(1)))
      : undefined;
  }
  return found;
}

/** The names with a letter, with or without an accent, in order. */
function everyWith(letter: string): string[] {
  const ordered = ['alpha', 'bäckerei', 'backerei', 'café', 'camping', 'echo', 'éclair', 'zoo'];
  return ordered
    .map((name) => `${name}.example`)
    .filter((name) => name.normalize('NFD').includes(letter));
}
