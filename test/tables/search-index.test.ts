import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { up as searchInBlocks } from '../../migrations/014-search-in-blocks.js';
import { isServer } from '../../migrations/schema.js';
import { dropSearch } from '../../migrations/search-tables.js';
import type { Scope } from '../../plugin/viewing/scope.js';
import { foldText } from '../../plugin/database/fold-text.js';
import { domainTable } from '../../plugin/features/domains/table.js';
import { TableQuery } from '../../plugin/tables/table-query.js';
import { parseTableState } from '../../plugin/tables/table-state.js';
import { engines } from '../support/app.js';
import { addAccount } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';
import { domainRow } from './domain-row.js';
import { recordedQueries } from './recorded-queries.js';

const anyText = fc
  .array(fc.constantFrom('mail', 'ma', 'été', '12', ',', '\n', "'", '💩', 'x'.repeat(700)))
  .map((pieces) => foldText(`${pieces.join(' ')} ${pieces.join('')}`));

const change = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), owner: fc.nat(1), text: anyText }),
  fc.record({ kind: fc.constant('text' as const), row: fc.nat(), text: anyText }),
  fc.record({ kind: fc.constant('owner' as const), row: fc.nat(), owner: fc.nat(1) }),
  fc.record({ kind: fc.constant('remove' as const), row: fc.nat() }),
);

let names = 0;

function newRow({ owner, text }: { owner: number; text: string }): object {
  names += 1;
  return domainRow(`n${names}.example`, owner, text);
}

for (const engine of engines) {
  describe(`the search of lists on ${engine}`, () => {
    const app = useTestApp(engine);
    let owners: readonly [number, number];
    before(async () => {
      owners = [await addAccount(app, 'marie'), await addAccount(app, 'paul')];
    });
    afterEach(() => app.db.knex('domains').delete());

    const ownerOf = (index: number): number => (index % 2 === 0 ? owners[0] : owners[1]);

    const add = async (...rows: readonly { owner: number; text: string }[]): Promise<void> => {
      await app.db.transaction(async (tx) => {
        await tx.batchInsert('domains', rows.map(newRow), 500);
      });
    };

    const found = async (q: string, scope: Scope): Promise<number[]> => {
      const state = parseTableState(domainTable, { q });
      const { rows } = await new TableQuery(app.db, domainTable).page({ scope, state });
      return rows.map(({ id }) => id).toSorted((a, b) => a - b);
    };

    it('follows every change of rows', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 40 }), async (changes) => {
          await app.db.knex('domains').delete();
          for (const each of changes) {
            if (each.kind === 'add') {
              await add({ owner: ownerOf(each.owner), text: each.text });
              continue;
            }
            const ids: number[] = await app.db.knex('domains').orderBy('id').pluck('id');
            const row = app.db.knex('domains').where({ id: ids[each.row % ids.length] ?? 0 });
            await (each.kind === 'remove'
              ? row.delete()
              : row.update(
                  each.kind === 'text'
                    ? { search_text: each.text }
                    : { owner_id: ownerOf(each.owner) },
                ));
          }
          await findsWhatIsThere();
        }),
        { numRuns: 25 },
      );
    });

    const findsWhatIsThere = async (): Promise<void> => {
      const rows: { id: number; owner_id: number; search_text: string }[] = await app.db
        .knex('domains')
        .orderBy('id');
      for (const word of ['mail', 'ete', '12', ',', '💩', 'xxx', 'mama', 'mail 12', 'nowhere']) {
        const matching = rows.filter((row) =>
          word.split(' ').every((part) => row.search_text.includes(part)),
        );
        const ids = (some: typeof rows): number[] => some.map(({ id }) => id);
        assert.deepEqual(await found(word, { kind: 'all' }), ids(matching), word);
        const [accountId] = owners;
        const owned = matching.filter((row) => row.owner_id === accountId);
        assert.deepEqual(await found(word, { kind: 'owner', accountId }), ids(owned), word);
      }
    };

    it('finds everything that is added concurrently', async () => {
      const texts = Array.from({ length: 60 }, (_none, index) => `parallel number${index}.`);
      await Promise.all(texts.map((each, index) => add({ owner: ownerOf(index), text: each })));
      for (const each of texts) {
        assert.equal((await found(each, { kind: 'all' })).length, 1, each);
      }
    });

    it('counts up to a thousand, and finds a rare word among many rows', async () => {
      const many = Array.from({ length: 2500 }, (_none, index) => ({
        owner: ownerOf(Math.floor(index / 2)),
        text: `common ${index % 2 === 0 ? 'even' : 'odd'} row${index}.`,
      }));
      await add(...many);
      const query = new TableQuery(app.db, domainTable);
      const page = (q: string) =>
        query.page({ scope: { kind: 'all' }, state: parseTableState(domainTable, { q }) });
      const common = await page('common');
      assert.deepEqual([common.count, common.countIsCapped], [1000, true]);
      assert.equal((await page('even row24')).count, 56);
      assert.equal((await page('row2468.')).count, 1);
      // Every block has both words, but no row does.
      assert.equal((await page('even odd')).count, 0);
    });

    if (engine === 'sqlite') {
      it('reads matching rows by ID, however many the account has', async () => {
        await add({ owner: owners[0], text: 'rare' });
        const { recording, asked } = recordedQueries(app.db);
        const query = new TableQuery(recording, domainTable);
        const scope: Scope = { kind: 'owner', accountId: owners[0] };
        const listing = { scope, state: parseTableState(domainTable, { q: 'rare' }) };
        assert.equal((await query.page(listing)).rows.length, 1);
        assert.equal(await query.countAll(listing), 1);
        const ofRows = asked.filter(([sql]) => !sql.includes('domains_search'));
        assert.equal(ofRows.length, 2);
        for (const [sql, values] of ofRows) {
          const plan = await app.db.runPrepared(`EXPLAIN QUERY PLAN ${sql}`, values);
          assert.match(
            plan.map(({ detail }) => detail).join('\n'),
            /SEARCH domains USING INTEGER PRIMARY KEY/,
          );
        }
      });
    }

    if (engine === 'mariadb') {
      it('includes the rows of an earlier version’s index', async () => {
        const { knex } = app.db;
        assert.ok(isServer(knex));
        await dropSearch(knex, 'domains');
        await knex.schema.createTable('domains_search', (table) => table.text('search_text'));
        for (const event of ['insert', 'update', 'delete']) {
          await knex.raw(`CREATE TRIGGER domains_search_${event} AFTER ${event} ON domains
            FOR EACH ROW SET @former = 1`);
        }
        for (let index = 0; index < 40; index += 1) {
          const text = `former mail\n12 ${index === 30 ? 'ete' : ''}`;
          await add({ owner: ownerOf(index), text });
        }
        await searchInBlocks(knex);
        await findsWhatIsThere();
        await knex('domains').where({ owner_id: owners[0] }).update({ search_text: 'mama' });
        await findsWhatIsThere();
      });
    }
  });
}
