import assert from 'node:assert/strict';
import { registrations } from '../../plugin/features.js';
import { auditTableOf } from '../../plugin/features/audit/table.js';
import { domainTable } from '../../plugin/features/domains/table.js';
import { mailboxTable } from '../../plugin/features/mailboxes/table.js';
import { NearSearches } from '../../plugin/tables/near-searches.js';
import { parseTableState } from '../../plugin/tables/table-state.js';
import type { Table } from '../../plugin/tables/table.js';
import type { Scope } from '../../plugin/viewing/scope.js';
import { languageFor } from '../../plugin/web/locale.js';
import { engines } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useTestApp } from '../support/opened.js';
import { domainRow } from './domain-row.js';
import { recordedQueries } from './recorded-queries.js';

for (const engine of engines) {
  describe(`a search that finds nothing on ${engine}`, () => {
    const app = useTestApp(engine);
    let marie: Scope;
    let paul: Scope;
    let acme: number;

    before(async () => {
      marie = { kind: 'owner', accountId: await addAccount(app, 'marie', { name: 'Éric Dupont' }) };
      paul = { kind: 'owner', accountId: await addAccount(app, 'paul') };
      await addDomain(app, 'acme.example', 'marie');
      await addDomain(app, 'Éclair.example', 'marie');
      await addDomain(app, 'secret.example', 'paul');
      acme = await idOf('acme.example');
      for (const local of ['bureau', 'accueil']) {
        await addMailbox(acme, `${local}@acme.example`);
      }
      await addMailbox(await idOf('secret.example'), 'bureau@secret.example');
    });

    const idOf = async (name: string): Promise<number> => {
      const [id]: number[] = await app.db.knex('domains').where({ name }).pluck('id');
      return id ?? 0;
    };

    const addMailbox = async (domainId: number, address: string): Promise<void> => {
      await app.db.knex('mailboxes').insert({
        domain_id: domainId,
        address,
        password_hash: 'x',
        created_at: 0,
        search_text: address,
      });
    };

    const near = async <Row extends object>(
      table: Table<Row>,
      query: Record<string, string>,
      scope: Scope,
      parent?: number,
    ) =>
      new NearSearches(app.db, table).of(
        { scope, parent, state: parseTableState(table, query) },
        languageFor('en'),
      );
    const offered = async (q: string, scope: Scope): Promise<readonly string[]> =>
      (await near(domainTable, { q }, scope)).texts;

    const searches: [typed: string, offered: string[], why: string][] = [
      ['amce', ['acme.example'], 'transposed letters'],
      ['ace.example', ['acme.example'], 'a missing letter'],
      ['acmme', ['acme.example'], 'a doubled letter'],
      ['axme', ['acme.example'], 'a wrong letter'],
      ['Ecalir', ['éclair.example'], 'an error in a word with an accent'],
      ['écalir', ['éclair.example'], 'the accent in the search'],
      ['xn--eclair', ['xn--clair-9ra.example'], 'the beginning of an A-label'],
      ['xn--clair-9ua.example', ['xn--clair-9ra.example'], 'an IDN spelled in its A-label'],
      ['exmaple', ['example'], 'a part that several names have is offered once'],
      ['dupond', ['Dupont'], 'the owner’s name, as it is written'],
      ['dupond amce', ['Dupont acme.example'], 'errors in two words'],
      ['acme dupond', ['acme Dupont'], 'the words that are right stay as they are'],
      ['zz', [], 'two letters resemble too much'],
      ['plombier', [], 'nothing is near'],
      ['"*( OR', [], 'the syntax of the index is text'],
    ];
    for (const [typed, expected, why] of searches) {
      it(`offers ${expected.join(' and ') || 'nothing'} for ${typed}: ${why}`, async () => {
        assert.deepEqual(await offered(typed, marie), expected);
      });
    }

    it('offers an address by one of its parts, only within its domain', async () => {
      const { texts } = await near(mailboxTable, { q: 'buro' }, marie, acme);
      assert.deepEqual(texts, ['bureau@acme.example']);
    });

    it('never offers names of others', async () => {
      for (const typed of ['secert', 'secret.exmaple', 'pual']) {
        assert.deepEqual(
          (await offered(typed, marie)).filter((text) => /secret|paul/.test(text)),
          [],
          typed,
        );
      }
      assert.deepEqual(await offered('secert', paul), ['secret.example']);
      assert.deepEqual(await offered('secert', { kind: 'all' }), ['secret.example']);
      assert.deepEqual(await offered('amce', { kind: 'mailbox', mailboxId: 1 }), []);
    });

    it('looks at the entries of the log that the viewer sees', async () => {
      const table = auditTableOf(registrations);
      assert.deepEqual((await near(table, { q: 'acme.exmaple' }, marie)).texts, ['acme.example']);
      assert.deepEqual((await near(table, { q: 'acme.exmaple' }, paul)).texts, []);
    });

    it('stays within the filters, or says that it left them', async () => {
      const all: Scope = { kind: 'all' };
      assert.deepEqual(await near(domainTable, { q: 'amce', owner: 'marie' }, all), {
        texts: ['acme.example'],
        isUnfiltered: false,
      });
      assert.deepEqual(await near(domainTable, { q: 'amce', owner: 'paul' }, all), {
        texts: ['acme.example'],
        isUnfiltered: true,
      });
      assert.deepEqual(await near(domainTable, { q: 'acme', owner: 'paul' }, all), {
        texts: ['acme'],
        isUnfiltered: true,
      });
    });

    it('finds the nearest among many rows without reading them all', async () => {
      const owner = marie.kind === 'owner' ? marie.accountId : 0;
      const rows = Array.from({ length: 3000 }, (_none, index) => {
        const name = `${(index * 2_654_435_761) % 99_991}-kunde${index}.example`;
        return domainRow(name, owner);
      });
      await app.db.transaction(async (tx) => {
        await tx.batchInsert('domains', rows, 500);
      });
      const { recording, asked } = recordedQueries(app.db);
      const searched = new NearSearches(recording, domainTable);
      const state = parseTableState(domainTable, { q: 'kudne2875.example' });
      const { texts } = await searched.of({ scope: { kind: 'all' }, state }, languageFor('en'));
      assert.deepEqual(texts.slice(0, 1), ['kunde2875.example']);
      assert.equal(asked.length, 3, 'the index, the texts, and the rows that are offered');
      for (const [sql] of asked) {
        assert.match(sql, /limit (?:48|500|1000)|json_each|JSON_TABLE/i);
      }
      await app.db.knex('domains').where('name', 'like', '%kunde%').delete();
    });

    it('reads the first rows without sorting all of them', async () => {
      const ownerId = marie.kind === 'owner' ? marie.accountId : 0;
      const names = Array.from({ length: 3000 }, (_none, n) => `walk${n}.example`);
      await app.db.knex.batchInsert(
        'domains',
        names.map((name) => domainRow(name, ownerId)),
        100,
      );
      const { recording, asked } = recordedQueries(app.db);
      const state = parseTableState(domainTable, { q: 'zzzzqqqq' });
      const searched = new NearSearches(recording, domainTable);
      await searched.of({ scope: { kind: 'all' }, state }, languageFor('en'));
      const [sql, values] = asked.at(-1) ?? [''];
      assert.match(sql, /limit 500/);
      const { knex } = app.db;
      const explain = engine === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN';
      const plan: unknown = await knex.raw(`${explain} ${sql}`, [...(values ?? [])]);
      assert.doesNotMatch(JSON.stringify(plan), /filesort|TEMP B-TREE/);
      await knex('domains').whereIn('name', names).delete();
    });
  });
}
