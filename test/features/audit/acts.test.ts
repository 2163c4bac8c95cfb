import assert from 'node:assert/strict';
import type { Entry } from '../../../plugin/changes/entry.js';
import { NotFoundError } from '../../../plugin/errors.js';
import type { Database } from '../../../plugin/database/database.js';
import { TableQuery } from '../../../plugin/tables/table-query.js';
import { parseTableState } from '../../../plugin/tables/table-state.js';
import type { Scope } from '../../../plugin/viewing/scope.js';
import { languageFor } from '../../../plugin/web/locale.js';
import { engines, startTestWeb } from '../../support/app.js';
import { type TestEntry, addEntries } from '../../support/entries.js';
import { addAccount } from '../../support/fixtures.js';
import { useTestApp } from '../../support/opened.js';
import { Visitor } from '../../support/visitor.js';

const all: Scope = { kind: 'all' };
const north: Scope = { kind: 'reseller', accountId: 7 };
const anna: Scope = { kind: 'owner', accountId: 11 };
const en = languageFor('en');

/** A bulk of 30 domains, of which every third is of another customer and reseller, and has another change. */
const bulk: readonly TestEntry[] = Array.from({ length: 30 }, (_none, index) => ({
  at: 1_700_000_000_000 + index,
  group_id: 'bulk',
  action: 'domain-mail.changed',
  subject: `d${index}.example`,
  domain: `d${index}.example`,
  owner_id: index % 3 === 0 ? 12 : 11,
  reseller_id: index % 3 === 0 ? 8 : 7,
  before: JSON.stringify({ mailEnabled: true }),
  after: JSON.stringify({ mailEnabled: index % 3 === 0 ? null : false, version: index }),
  actor: 'root',
  search_text: `root d${index}.example`,
}));

const entryOf = (name: string): Entry => ({
  action: 'domain.created',
  subject: name,
  ownerId: 12,
  after: { locale: 'fr' },
});

for (const engine of engines) {
  describe(`the acts of the activity log on ${engine}`, () => {
    const app = useTestApp(engine);

    const page = async (scope: Scope, query: Readonly<Record<string, string>> = {}) => {
      const { auditTable } = app.features;
      const state = parseTableState(auditTable, query);
      return await new TableQuery(app.db, auditTable).page({ scope, state });
    };
    const shown = async (scope: Scope, query: Readonly<Record<string, string>> = {}) => {
      const { columns } = app.features.auditTable;
      const texts = (await page(scope, query)).rows.map((row) =>
        ['action', 'subject', 'change'].map(
          (key) => columns.find((column) => column.key === key)?.cell(row, en).text,
        ),
      );
      return texts.map((cells) => cells.join(' · '));
    };

    before(async () => {
      await addEntries(app.db, [
        { subject: 'single.example', at: 1, owner_id: 11, reseller_id: 7 },
        ...bulk,
        {
          subject: 'box@d4.example',
          domain: 'd4.example',
          action: 'mailbox.removed',
          group_id: 'bulk',
          at: 1_700_000_000_100,
          owner_id: 11,
          reseller_id: 7,
        },
      ]);
    });

    it('are a line each, with as many entries as the viewer’s scope holds', async () => {
      assert.deepEqual(await shown(all), [
        'Mailbox removed · box@d4.example · ',
        'Mail settings changed · 30 domains · Various changes',
        'Domain added · single.example · ',
      ]);
      assert.deepEqual(await shown(north), [
        'Mailbox removed · box@d4.example · ',
        'Mail settings changed · 20 domains · Mail service: yes → no',
        'Domain added · single.example · ',
      ]);
      assert.deepEqual(await shown(anna), await shown(north));
      assert.deepEqual(await shown({ kind: 'owner', accountId: 12 }), [
        'Mail settings changed · 10 domains · Mail service: yes → none',
      ]);
      assert.deepEqual(await shown({ kind: 'mailbox', mailboxId: 1 }), []);
    });

    it('are found by what any of their entries is about, as far as it is visible', async () => {
      for (const query of [{ q: 'd4.example' }, { domain: 'D4.example' }]) {
        assert.equal((await page(anna, query)).count, 2, JSON.stringify(query));
      }
      for (const query of [{ q: 'd3.example' }, { domain: 'd3.example' }]) {
        assert.equal((await page(all, query)).count, 1);
        assert.equal((await page(anna, query)).count, 0, 'of somebody else');
      }
      assert.deepEqual(await shown(all, { q: 'root' }), [
        'Mail settings changed · 30 domains · Various changes',
      ]);
      assert.equal((await page(all, { q: 'd4', thing: 'mailbox' })).count, 1);
      assert.equal((await page(all, { domain: 'd4.example', thing: 'mailbox' })).count, 1);
      assert.equal((await page(all, { domain: 'no name' })).count, 0);
    });

    it('are counted as further transactions of the same act add to them', async () => {
      const group = 'in-parts';
      for (const name of ['one.example', 'two.example', 'three.example']) {
        await app.changes.make(app.operator, ({ record }) => record(entryOf(name)), group);
      }
      await assert.rejects(
        app.changes.make(
          app.operator,
          async ({ record, part }) => {
            await record(entryOf('four.example'));
            await part(async (inner) => {
              await inner.record(entryOf('five.example'));
              throw new Error('taken back');
            });
          },
          group,
        ),
        /taken back/,
      );
      await app.changes.make(
        app.operator,
        async ({ record, part }) => {
          await part(({ record: inside }) => inside(entryOf('six.example')));
          await part(async (inner) => {
            await inner.record(entryOf('seven.example'));
            throw new Error('taken back');
          }).catch(() => {});
          await record(entryOf('eight.example'));
        },
        group,
      );
      const [first] = await shown({ kind: 'owner', accountId: 12 });
      assert.equal(first, 'Domain added · 5 domains · Language of the domain: French');
    });

    it('have each distinct change with its count', async () => {
      const { acts } = app.features;
      const counts = async (scope: Scope): Promise<unknown> => {
        const { rows } = await page(scope, { thing: 'domain-mail' });
        const [act] = rows;
        assert.ok(act);
        const found = await acts.find(scope, act.id);
        assert.equal(
          found.besides.length,
          scope.kind === 'owner' && scope.accountId === 12 ? 0 : 1,
        );
        const { changes, others } = await acts.summary(scope, found.act);
        return [
          ...changes.map(({ row, count }) => [JSON.parse(row.after ?? '').mailEnabled, count]),
          others,
        ];
      };
      assert.deepEqual(await counts(all), [[false, 20], [null, 10], 0]);
      assert.deepEqual(await counts(anna), [[false, 20], 0]);
      assert.deepEqual(await counts({ kind: 'owner', accountId: 12 }), [[null, 10], 0]);
    });

    it('show their entries, paged and searched, within the scope', async () => {
      const [act] = (await page(anna, { thing: 'domain-mail' })).rows;
      const [whole] = (await page(all, { thing: 'domain-mail' })).rows;
      assert.ok(act && whole);
      const { actTable, acts } = app.features;
      const entries = new TableQuery(app.db, actTable);
      const listed = async (scope: Scope, parent: number, query = {}) =>
        await entries.page({ scope, parent, state: parseTableState(actTable, query) });
      assert.equal((await listed(anna, act.id)).count, 20);
      assert.equal((await listed(all, whole.id)).count, 30);
      assert.equal((await listed(anna, whole.id)).count, 20, 'the part that it sees');
      assert.equal((await listed(all, whole.id, { q: 'd17' })).count, 1);
      const second = await listed(all, whole.id, { size: '25', before: 'end' });
      assert.equal(second.rows.at(-1)?.subject, 'd29.example');
      assert.equal((await acts.find(anna, whole.id)).act.id, act.id, 'one link serves both');
      await assert.rejects(acts.find({ kind: 'owner', accountId: 99 }, whole.id), NotFoundError);
    });

    it('are read through indexes, by everyone and with each filter that leads to few', async () => {
      // Servers scan a table of a few rows.
      await addEntries(
        app.db,
        Array.from({ length: 1000 }, (_none, at) => ({ at, subject: `x${at}`, owner_id: at % 50 })),
      );
      const plans: string[] = [];
      const explaining: Database = {
        ...app.db,
        runPrepared: async (sql, values) => {
          plans.push(await planOf(app.db, sql, values));
          return await app.db.runPrepared(sql, values);
        },
      };
      const table = new TableQuery(explaining, app.features.auditTable);
      for (const scope of [all, north, anna]) {
        for (const query of [{}, { domain: 'd4.example' }, { thing: 'plan' }, { origin: 'x' }]) {
          const state = parseTableState(app.features.auditTable, query);
          await table.page({ scope, state });
          await table.countAll({ scope, state });
        }
      }
      assert.ok(plans.length >= 24);
      for (const plan of plans) {
        assert.doesNotMatch(plan, /SCAN audit_(acts|entries)|audit_(acts|entries) ALL/, plan);
      }
    });
  });
}

async function planOf(
  db: Database,
  sql: string,
  values: Parameters<Database['runPrepared']>[1],
): Promise<string> {
  const isSqlite = db.location.engine === 'sqlite';
  const plan = await db.runPrepared(`EXPLAIN ${isSqlite ? 'QUERY PLAN ' : ''}${sql}`, [...values]);
  return plan
    .map(({ detail, table, type, key }) =>
      isSqlite ? String(detail) : [table, type, key].join(' '),
    )
    .join('\n');
}

describe('the page of an act', () => {
  const app = useTestApp();

  it('shows what changed, field by field, to whom it concerns', async () => {
    const web = await startTestWeb(app);
    const dupont = await addAccount(app, 'dupont');
    const other = await addAccount(app, 'other');
    const root = { ...app.operator, actor: 'root', origin: '203.0.113.77' };
    await app.changes.make(root, async ({ record }) => {
      for (const name of ['a.example', 'b.example']) {
        await record({
          action: 'domain-mail.changed',
          subject: name,
          ownerId: dupont,
          before: { policy: 'reject' },
          after: { policy: 'bounce', version: 2 },
        });
      }
    });
    const visitor = await Visitor.signedIn(web, app, dupont);
    const list = await visitor.get('/audit');
    const [, id] = list.text.match(/href="\/audit\/(\d+)[^"]*"[^>]*>Mail settings changed</) ?? [];
    assert.match(list.text, />2 domains</);
    const { status, text } = await visitor.get(`/audit/${id}`);
    assert.equal(status, 200);
    assert.match(text, /<del>Refuse<\/del>[\s\S]*<ins>Return to the sender with a message<\/ins>/);
    assert.match(text, /b\.example/);
    assert.doesNotMatch(text, /203\.0\.113\.77/);
    const file = await visitor.get(`/audit/${id}/export?format=csv`);
    assert.match(file.text, /b\.example/);
    const stranger = await Visitor.signedIn(web, app, other);
    assert.equal((await stranger.get(`/audit/${id}`)).status, 404);
    await web.stop();
  });
});
