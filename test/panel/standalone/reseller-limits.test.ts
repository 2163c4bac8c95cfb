import assert from 'node:assert/strict';
import { DomainName } from '../../../plugin/addresses/index.js';
import { planlessLimits } from '../../../plugin/panel/directory/plan.js';
import { newMailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, viewerOf } from '../../support/fixtures.js';
import { useTestAppEach } from '../../support/opened.js';
import { refusedFields } from '../../support/refusals.js';

const password = 'nine small lamps glowing';

for (const engine of engines) {
  describe(`the limits of a reseller on ${engine}`, () => {
    const app = useTestAppEach(engine);
    let northId: number;
    let north: Viewer;

    beforeEach(async () => {
      northId = await addAccount(app, 'north', { role: 'reseller' });
      north = await viewerOf(app, northId);
      await addAccount(app, 'bare', { parentId: northId });
      await addDomain(app, 'bare.example', 'bare');
    });

    const planWith = async (limits: Readonly<Record<string, number>>): Promise<number> => {
      const lists = { permissions: '[]', webmails: '[]' };
      const [id] = await app.db
        .knex('plans')
        .insert({ name: 'Own', sort_name: 'own', ...lists, ...limits });
      await app.db.knex('accounts').where({ id: northId }).update({ plan_id: id });
      return Number(id);
    };
    const add = (viewer: Viewer, domain: string, local: string, quotaMegabytes = '1') => {
      const name = DomainName.parse(domain);
      const typed = { address: local, password, quotaMegabytes };
      const form = parseForm(newMailboxForm(name), typed);
      return app.features.mailboxes.create(viewer, domain, form);
    };

    it('hold in the domains of its customers without a plan', async () => {
      await planWith({ max_mailboxes: 1, max_quota_bytes: 5 * 1024 ** 2, max_smtp_servers: 2 });
      assert.deepEqual(await refusedFields(() => add(north, 'bare.example', 'a', '6')), {
        quotaMegabytes: 'mailboxes.errors.quota-above-plan',
      });
      await add(north, 'bare.example', 'a', '5');
      assert.deepEqual(await refusedFields(() => add(north, 'bare.example', 'b')), {
        address: 'mailboxes.errors.plan-full',
      });
      const known = await app.panel.accountStore.knownByLogin('bare');
      assert.ok(known !== undefined);
      const { maxSmtpServers } = await app.panel.accountStore.limitsOf(app.db.knex, known.account);
      assert.equal(maxSmtpServers, 2);
    });

    it('exist without a plan, in its own domains too, but not for administrators', async () => {
      const megabytes = planlessLimits.maxQuotaBytes / 1024 ** 2;
      await addDomain(app, 'own.example', 'north');
      for (const domain of ['bare.example', 'own.example']) {
        for (const [quota, key] of [
          ['0', 'mailboxes.errors.quota-unlimited'],
          [String(megabytes + 1), 'mailboxes.errors.quota-above-plan'],
        ] as const) {
          const wanted = () => add(north, domain, 'a', quota);
          assert.deepEqual(await refusedFields(wanted), { quotaMegabytes: key }, domain);
        }
        await add(north, domain, 'a', String(megabytes));
      }
      await add(app.operator, 'bare.example', 'b', String(megabytes + 1));
    });

    it('do not concern the administrators’ own customers', async () => {
      await addAccount(app, 'direct');
      await addDomain(app, 'direct.example', 'direct');
      const direct = await app.features.domains.require({ kind: 'all' }, 'direct.example');
      const members = app.features.mailboxes;
      const { mostQuotaBytes } = await members.overview(app.operator, direct.name);
      assert.equal(mostQuotaBytes, undefined);
    });

    it('are shown to it with what is used, and with the plans that it can give', async () => {
      await planWith({ max_mailboxes: 3, max_quota_bytes: 5 * 1024 ** 2, max_smtp_servers: 2 });
      await addDomain(app, 'own.example', 'north');
      await addDomain(app, 'second.example', 'north');
      await add(north, 'second.example', 'a', '4');
      await add(north, 'second.example', 'b');
      await add(north, 'bare.example', 'c');
      const page = await app.panel.ownPlan.page(north);
      assert.equal(page.plan?.name, 'Own');
      assert.deepEqual(page.usage, {
        maxDomains: { used: 2 },
        maxAllMailboxes: { used: 2 },
        maxAllAliases: { used: 0 },
        maxAllQuotaBytes: { used: 5 * 1024 ** 2 },
        maxMailboxes: { used: 2, fullest: 'second.example' },
        maxQuotaBytes: { used: 4 * 1024 ** 2, fullest: 'a@second.example' },
        maxSmtpServers: { used: 0 },
        maxMessages: { used: 0 },
        maxMessageBytes: { used: 0 },
      });
      assert.deepEqual(
        page.given.map(({ plan, customers }) => [plan.name, customers]),
        [['Own', 0]],
      );
      await app.db
        .knex('accounts')
        .where({ login: 'bare' })
        .update({ plan_id: page.plan?.id ?? null });
      assert.equal((await app.panel.ownPlan.page(north)).given[0]?.customers, 1);
    });

    it('name the largest mailbox as people write its address', async () => {
      await addDomain(app, 'bücher.example', 'north');
      await add(north, 'bücher.example', 'a', '4');
      const { usage } = await app.panel.ownPlan.page(north);
      assert.equal(usage.maxQuotaBytes?.fullest, 'a@bücher.example');
    });

    it('are shown without a plan, too', async () => {
      const page = await app.panel.ownPlan.page(north);
      assert.deepEqual([page.plan, page.limits, page.given], [undefined, planlessLimits, []]);
    });
  });
}
