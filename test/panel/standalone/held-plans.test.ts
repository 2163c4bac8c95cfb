import assert from 'node:assert/strict';
import { ConflictError } from '../../../plugin/errors.js';
import { newMailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import { DomainName } from '../../../plugin/addresses/index.js';
import { parsePlanForm } from '../../../plugin/panel/standalone/plans/forms.js';
import { accountForm } from '../../../plugin/panel/standalone/accounts/forms.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan, moveAccount, viewerOf } from '../../support/fixtures.js';
import { useTestAppEach } from '../../support/opened.js';
import { undoLast } from '../../support/undoing.js';

const password = 'nine small lamps glowing';

for (const engine of engines) {
  describe(`what nobody gets past a plan on ${engine}`, () => {
    const app = useTestAppEach(engine);
    let planId: number;
    let northId: number;
    let annaId: number;
    let north: Viewer;

    beforeEach(async () => {
      planId = await addPlan(app);
      northId = await addAccount(app, 'north', { role: 'reseller', planId: await addPlan(app) });
      north = await viewerOf(app, northId);
      annaId = await addAccount(app, 'anna', { parentId: northId, planId });
      await addDomain(app, 'one.example', 'anna');
      await addDomain(app, 'two.example', 'anna');
    });

    const set = async (limits: Readonly<Record<string, unknown>>, id = planId): Promise<void> => {
      await app.db.knex('plans').where({ id }).update(limits);
    };
    const domainRow = async (name: string) => app.db.knex('domains').where({ name }).first();
    const removalOf = async (name: string): Promise<number> =>
      Number((await app.db.knex('removals').where({ name }).first('id')).id);

    it('restores a removed domain and its mailboxes as far as the plan still permits', async () => {
      await app.db.knex('domains').where({ name: 'one.example' }).update({
        limit_per_hour: 100,
        webmail: 'sogo',
      });
      const typed = { address: 'a', password };
      const form = parseForm(newMailboxForm(DomainName.parse('one.example')), typed);
      await app.features.mailboxes.create(north, 'one.example', form);
      await app.db.knex('mailboxes').update({ limit_per_hour: 90 });
      await app.panel.domains.remove(north, 'one.example', {
        confirmation: DomainName.parse('one.example'),
      });
      await set({
        max_domain_per_hour: 50,
        max_mailbox_per_hour: 20,
        webmails: JSON.stringify(['roundcube']),
      });
      const removal = await removalOf('one.example');
      const { left } = await app.features.removedThings.restore(north, removal);
      assert.deepEqual(
        left.map(({ key }) => key),
        ['removed.left.webmail-not-in-plan', 'removed.left.limit', 'removed.left.limits'],
      );
      const { limit_per_hour: limit, webmail } = await domainRow('one.example');
      assert.deepEqual([limit, webmail], [50, null]);
      assert.deepEqual(await app.db.knex('mailboxes').pluck('limit_per_hour'), [20]);
    });

    it('gives a removed mailbox back with the outgoing limit that the plan still permits', async () => {
      const typed = { address: 'a', password };
      const form = parseForm(newMailboxForm(DomainName.parse('one.example')), typed);
      const id = await app.features.mailboxes.create(north, 'one.example', form);
      await app.db.knex('mailboxes').update({ limit_per_hour: 90 });
      await app.features.mailboxes.remove(north, 'one.example', id);
      await set({ max_mailbox_per_hour: 20 });
      const { left } = await app.features.removedThings.restore(
        await viewerOf(app, annaId),
        await removalOf('a@one.example'),
      );
      assert.deepEqual(
        left.map(({ key }) => key),
        ['removed.left.limits'],
      );
      assert.deepEqual(await app.db.knex('mailboxes').pluck('limit_per_hour'), [20]);
    });

    describe('when the change of a reseller’s plan is undone', () => {
      let mineId: number;
      const includable = { permissions: [], webmails: [] };
      const mine = (most: string, excess = 'keep') =>
        parsePlanForm(
          { name: 'Mine', version: '1', maxDomainPerHour: most, maxMessages: '1', excess },
          includable,
        );

      beforeEach(async () => {
        mineId = await app.panel.plans.create(north, mine('100'));
        await app.db.knex('accounts').where({ id: annaId }).update({ plan_id: mineId });
        await app.db.knex('domains').update({ limit_per_hour: 90 });
        await app.panel.plans.change(north, mineId, mine('50', 'lower'));
        assert.deepEqual(await app.db.knex('domains').pluck('limit_per_hour'), [50, 50]);
      });

      it('gives numbers back', async () => {
        await undoLast(app, north, 'plan.changed');
        assert.deepEqual(await app.db.knex('domains').pluck('limit_per_hour'), [90, 90]);
      });

      it('raises none of an account that has another plan or reseller by now', async () => {
        await app.db.knex('accounts').where({ id: annaId }).update({ plan_id: planId });
        await addAccount(app, 'south', { role: 'reseller', planId: await addPlan(app) });
        await moveAccount(app, annaId, 'south');
        await undoLast(app, north, 'plan.changed');
        assert.deepEqual(await app.db.knex('domains').pluck('limit_per_hour'), [50, 50]);
      });

      it('raises none of another domain that has the name by now', async () => {
        await app.db
          .knex('domains')
          .where({ name: 'one.example' })
          .update({ created_at: Date.now() + 1000 });
        await undoLast(app, north, 'plan.changed');
        assert.deepEqual(
          await app.db.knex('domains').orderBy('name').pluck('limit_per_hour'),
          [50, 90],
        );
      });
    });

    it('refuses to remove a plan that somebody is given at the same time, or to give it', async () => {
      const form = { name: 'Spare', maxMessages: '' };
      const spareId = await app.panel.plans.create(
        app.operator,
        parsePlanForm(form, { permissions: [], webmails: [] }),
      );
      const { account } = await app.panel.accounts.page(app.operator, annaId);
      const given = parseForm(accountForm, {
        version: String(account.version),
        name: 'Anna',
        email: account.email,
        reseller: 'north',
        plan: String(spareId),
      });
      const results = await Promise.allSettled([
        app.panel.accounts.change(app.operator, annaId, given),
        app.panel.plans.remove(app.operator, spareId),
      ]);
      const failed = results.filter((each) => each.status === 'rejected');
      assert.equal(failed.length, 1);
      const [{ reason } = { reason: undefined }] = failed;
      assert.ok(
        reason instanceof ConflictError || Object.hasOwn(Object(reason), 'fields'),
        String(reason),
      );
    });
  });
}
