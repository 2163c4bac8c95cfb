import assert from 'node:assert/strict';
import { listsOf } from '../../plugin/features.js';
import { pickablePlans } from '../../plugin/panel/directory/pickables.js';
import { parsePlanForm, planValues } from '../../plugin/panel/standalone/plans/forms.js';
import { offeredTo } from '../../plugin/tables/offered-filters.js';
import { Picker } from '../../plugin/tables/picker.js';
import { selectionIn } from '../../plugin/tables/selection.js';
import { parseTableState } from '../../plugin/tables/table-state.js';
import { engines } from '../support/app.js';
import { addAccount, addDomain, viewerOf } from '../support/fixtures.js';
import { Visitor } from '../support/visitor.js';
import { useServedApp } from '../support/served-app.js';
import { useTestApp } from '../support/opened.js';

const limits = ['max_mailboxes', 'max_aliases', 'max_quota_bytes', 'max_messages'] as const;

for (const engine of engines) {
  describe(`filters by things that a viewer cannot pick on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let customerId: number;
    let customer: Visitor;

    before(async () => {
      await addPlanOf({ name: 'Secret Alpha' });
      customerId = await addAccount(app, 'marie', { planId: await addPlanOf({ name: 'Small' }) });
      await addDomain(app, 'marie.example', 'marie');
      customer = await Visitor.signedIn(web, app, customerId);
    });

    const addPlanOf = async (plan: Readonly<Record<string, unknown>>): Promise<number> => {
      const [id] = await app.db.knex('plans').insert({
        permissions: '[]',
        webmails: '[]',
        ...plan,
      });
      return Number(id);
    };

    it('are ignored on pages and in exports', async () => {
      const page = await customer.get('/domains?plan=a&owner=m');
      assert.match(page.text, /marie\.example/);
      assert.doesNotMatch(page.text, /Secret|Small|plan=a|owner=m/);
      const file = await customer.get('/domains/export?format=csv&plan=a&owner=nobody');
      assert.match(file.text, /marie\.example/);
      assert.equal((await customer.get('/suggestions/plans?text=')).status, 404);
    });

    it('are dropped from every list and selection', async () => {
      const viewer = await viewerOf(app, customerId);
      for (const list of await listsOf(app.registered)) {
        const offered = offeredTo(viewer, list);
        assert.equal(offeredTo(viewer, list), offered);
        const things = (list.filters ?? []).filter(
          (filter) =>
            (filter.kind === 'thing' && !viewer.permissions.has(filter.of.permission)) ||
            (filter.kind === 'text' && !viewer.permissions.has(filter.permission ?? 'audit.view')),
        );
        const query = Object.fromEntries(things.map(({ key }) => [key, 'a']));
        const given = `?${new URLSearchParams(query).toString()}`;
        assert.deepEqual(parseTableState(offered, query).filters, {}, list.key);
        const selection = selectionIn(offered, { matching: '1', query: given });
        assert.ok(selection.kind === 'matching');
        assert.deepEqual(selection.state.filters, {}, list.key);
      }
    });
  });

  describe(`the plans in a reseller’s picker on ${engine}`, () => {
    const app = useTestApp(engine);

    const suggested = async (accountId: number): Promise<readonly string[]> => {
      const picker = new Picker(app.db, pickablePlans);
      const found = await picker.suggest({ kind: 'reseller', accountId }, '');
      return found.map(({ name }) => name);
    };

    it('are those that it can assign, and those of its accounts', async () => {
      const lists = ['[]', '["messages.send"]', '["messages.send","aliases.manage"]'];
      const plans = lists.flatMap((permissions, index) => [
        { permissions, webmails: '["sogo"]', [limits[index] ?? '']: 5 },
        { permissions, webmails: '[]', max_aliases: 10, max_messages: index },
        { permissions, webmails: '["sogo"]', max_aliases: index },
      ]);
      const ids: number[] = [];
      for (const [index, plan] of plans.entries()) {
        const [id] = await app.db
          .knex('plans')
          .insert({ name: `Plan ${index}`, sort_name: `plan ${index}`, ...plan });
        ids.push(Number(id));
      }
      let withheld = 0;
      for (const [index, planId] of [...ids, undefined].entries()) {
        const login = `reseller-${index}`;
        const id = await addAccount(app, login, {
          role: 'reseller',
          ...(planId !== undefined && { planId }),
        });
        const viewer = await viewerOf(app, id);
        const assignable = await app.panel.accounts.plansFor(viewer);
        assert.deepEqual(
          await suggested(id),
          assignable.map(({ name }) => name),
          login,
        );
        withheld += plans.length - assignable.length;
      }
      assert.ok(withheld > 20, `${withheld} withheld`);
    });

    it('are found by a name in any case, with and without accents', async () => {
      const { plans } = app.panel;
      const nothing = { permissions: [], webmails: [] };
      const form = parsePlanForm({ ...planValues(undefined, nothing), name: 'Été Pro' }, nothing);
      await plans.create(app.operator, form);
      const picker = new Picker(app.db, pickablePlans);
      for (const text of ['Été Pro', 'été pro', 'ETE PRO']) {
        assert.equal(await picker.namesOne({ kind: 'all' }, text), true, text);
      }
      const found = await picker.suggest({ kind: 'all' }, 'éTé');
      assert.deepEqual(
        found.map(({ name }) => name),
        ['Été Pro'],
      );
    });

    it('include its customers’ plans, and no other reseller’s', async () => {
      const small = await app.db.knex('plans').where({ name: 'Plan 1' }).first();
      const large = await app.db.knex('plans').where({ name: 'Plan 8' }).first();
      const [first, second] = [
        await addAccount(app, 'first', { role: 'reseller', planId: Number(small.id) }),
        await addAccount(app, 'second', { role: 'reseller', planId: Number(small.id) }),
      ];
      await addAccount(app, 'customer', { parentId: first, planId: Number(large.id) });
      assert.ok((await suggested(first)).includes('Plan 8'));
      assert.ok(!(await suggested(second)).includes('Plan 8'));
    });
  });
}
