import assert from 'node:assert/strict';
import { DomainName } from '../../../plugin/addresses/index.js';
import { newAliasForm, newMailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import { newDomainForm } from '../../../plugin/panel/standalone/domains/forms.js';
import { limitChangeText, planChangeText } from '../../../plugin/panel/directory/effective-text.js';
import { languageFor } from '../../../plugin/web/locale.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { useTestAppEach } from '../../support/opened.js';
import { refusedFields } from '../../support/refusals.js';

const password = 'nine small lamps glowing';

for (const engine of engines) {
  describe(`the numbers of a plan on ${engine}`, () => {
    const app = useTestAppEach(engine);
    let planId: number;
    let northId: number;
    let north: Viewer;
    let anna: Viewer;

    beforeEach(async () => {
      planId = await addPlan(app);
      northId = await addAccount(app, 'north', {
        role: 'reseller',
        planId: await addPlan(app),
      });
      north = await viewerOf(app, northId);
      anna = await viewerOf(app, await addAccount(app, 'anna', { parentId: northId, planId }));
      await addDomain(app, 'one.example', 'anna');
      await addDomain(app, 'two.example', 'anna');
    });

    const set = async (limits: Readonly<Record<string, number | null>>): Promise<void> => {
      await app.db.knex('plans').where({ id: planId }).update(limits);
    };
    const addMailbox = (viewer: Viewer, domain: string, address: string, quotaMegabytes = '') => {
      const typed = { address, password, quotaMegabytes };
      const form = parseForm(newMailboxForm(DomainName.parse(domain)), typed);
      return app.features.mailboxes.create(viewer, domain, form);
    };
    const addAlias = (domain: string, address: string) => {
      const typed = { address, targets: 'x@elsewhere.example' };
      const form = parseForm(newAliasForm(DomainName.parse(domain)), typed);
      return app.features.aliases.create(anna, domain, form);
    };
    const create = (viewer: Viewer, name: string) =>
      app.panel.domains.create(viewer, parseForm(newDomainForm, { name, owner: 'anna' }));

    it('limit the domains of an account, also under concurrent requests', async () => {
      await set({ max_domains: 4 });
      const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}.example`);
      const results = await Promise.allSettled(names.map((name) => create(north, name)));
      assert.equal(passed(results), 2);
      assert.deepEqual(await refusedFields(() => create(north, 'last.example')), {
        name: 'domains.errors.plan-full',
      });
      await create(app.operator, 'more.example');
    });

    it('limit the mailboxes of all domains, also under concurrent requests', async () => {
      await set({ max_all_mailboxes: 3 });
      const results = await Promise.allSettled(
        ['a', 'b', 'c', 'd'].flatMap((name) =>
          ['one.example', 'two.example'].map((domain) => addMailbox(anna, domain, name)),
        ),
      );
      assert.equal(passed(results), 3);
      assert.deepEqual(await refusedFields(() => addMailbox(anna, 'one.example', 'z')), {
        address: 'mailboxes.errors.plan-full-in-all',
      });
      const { usage, plan } = await app.features.mailboxes.overview(anna, 'one.example');
      assert.deepEqual([usage.isFull, usage.isFullInAll], [false, true]);
      const text = planChangeText(plan, anna, languageFor('en'));
      assert.equal(text, 'north can change that.', 'who can change it');
      assert.equal(
        limitChangeText(plan, 'maxAllMailboxes', north, languageFor('en')),
        'You can give the account another plan.',
      );
      assert.equal(
        planChangeText(plan, north, languageFor('en')),
        'An administrator can change that.',
      );
    });

    it('limit the aliases of all domains, also under concurrent requests', async () => {
      await set({ max_all_aliases: 2 });
      const results = await Promise.allSettled(
        ['a', 'b', 'c'].flatMap((name) =>
          ['one.example', 'two.example'].map((domain) => addAlias(domain, name)),
        ),
      );
      assert.equal(passed(results), 2);
      assert.deepEqual(await refusedFields(() => addAlias('one.example', 'z')), {
        address: 'aliases.errors.plan-full-in-all',
      });
    });

    it('limit the quota of all mailboxes, for new ones and for changes', async () => {
      await set({ max_all_quota_bytes: 10 * 1024 ** 2 });
      const results = await Promise.allSettled(
        ['one.example', 'two.example'].flatMap((domain) =>
          ['a', 'b'].map((name) => addMailbox(anna, domain, name, '4')),
        ),
      );
      assert.equal(passed(results), 2);
      const key = { quotaMegabytes: 'mailboxes.errors.quota-in-all' };
      assert.deepEqual(await refusedFields(() => addMailbox(anna, 'one.example', 'z', '0')), key);
      const rows: readonly { id: number; domain: string }[] = await app.db
        .knex('mailboxes')
        .join('domains', 'domains.id', 'domain_id')
        .select('mailboxes.id', 'domains.name as domain');
      const raise = (quotaMegabytes: number) => {
        const { id = 0, domain = '' } = rows[0] ?? {};
        return app.features.mailboxes.change(anna, domain, id, { quotaMegabytes });
      };
      assert.deepEqual(await refusedFields(() => raise(7)), key);
      assert.deepEqual(await refusedFields(() => raise(0)), key);
      const raises = await Promise.allSettled(
        rows.map(({ id, domain }) =>
          app.features.mailboxes.change(anna, domain, id, { quotaMegabytes: 6 }),
        ),
      );
      assert.equal(passed(raises), 1);
    });

    it('are the lesser of the plan’s and of the reseller’s, which may shrink later', async () => {
      await set({ max_mailboxes: 5 });
      const [ownId] = await app.db.knex('plans').insert({
        name: 'Small',
        sort_name: 'small',
        permissions: JSON.stringify(['mailboxes.manage']),
        webmails: JSON.stringify(['sogo']),
        max_mailboxes: 1,
      });
      await app.db.knex('accounts').where({ id: northId }).update({ plan_id: ownId });
      await addMailbox(anna, 'one.example', 'a');
      assert.deepEqual(await refusedFields(() => addMailbox(anna, 'one.example', 'b')), {
        address: 'mailboxes.errors.plan-full',
      });
      const { permissions } = await viewerOf(app, anna.accountId);
      assert.deepEqual(
        [permissions.has('mailboxes.manage'), permissions.has('aliases.manage')],
        [true, false],
      );
      const { offer } = await app.features.domainMail.page(anna, 'one.example');
      assert.deepEqual(
        offer.webmails.map(({ key }) => key),
        ['sogo'],
      );
    });
  });
}

function passed(results: readonly PromiseSettledResult<unknown>[]): number {
  return results.filter(({ status }) => status === 'fulfilled').length;
}
