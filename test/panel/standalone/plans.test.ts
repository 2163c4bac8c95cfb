import assert from 'node:assert/strict';
import { ConflictError, NotFoundError } from '../../../plugin/errors.js';
import {
  type PlanForm,
  parsePlanForm,
  planValues,
} from '../../../plugin/panel/standalone/plans/forms.js';
import { engines } from '../../support/app.js';
import { usualLimits } from '../../../plugin/panel/directory/plan.js';
import { addAccount } from '../../support/fixtures.js';
import { refusedFields } from '../../support/refusals.js';
import { useTestApp } from '../../support/opened.js';

const includable = {
  permissions: ['domain-mail.change', 'aliases.manage'],
  webmails: ['roundcube', 'sogo'],
};

const noNumbers = {
  maxDomains: undefined,
  maxAllMailboxes: undefined,
  maxAllAliases: undefined,
  maxAllQuotaBytes: undefined,
  maxMailboxPerHour: undefined,
  maxDomainPerHour: undefined,
  maxAccountPerHour: undefined,
  mailboxPerHour: undefined,
  domainPerHour: undefined,
  accountPerHour: undefined,
};

for (const engine of engines) {
  describe(`plans on ${engine}`, () => {
    const app = useTestApp(engine);

    it('store permissions and limits, and no limit for an empty field', async () => {
      const typed = form({
        name: ' Business ',
        'permission.aliases.manage': '1',
        'permission.plans.manage': '1',
        'webmail.sogo': '1',
        maxMailboxes: '10',
        maxAliases: '',
        maxQuotaMegabytes: '2048',
      });
      const id = await app.panel.plans.create(app.operator, typed);
      assert.deepEqual(await app.panel.plans.find(app.operator, id), {
        id,
        name: 'Business',
        permissions: ['aliases.manage'],
        webmails: ['sogo'],
        maxMailboxes: 10,
        maxAliases: undefined,
        maxQuotaBytes: 2048 * 1024 ** 2,
        ...usualLimits,
        ...noNumbers,
        ownerId: undefined,
        version: 1,
      });
    });

    it('are shown in their form as they are stored', async () => {
      const id = await app.panel.plans.create(
        app.operator,
        form({ name: 'Shown', 'webmail.sogo': '1' }),
      );
      const plan = await app.panel.plans.find(app.operator, id);
      const values = planValues(plan, includable);
      assert.deepEqual(form(values), {
        version: 1,
        excess: 'keep',
        plan: {
          ...noNumbers,
          name: 'Shown',
          permissions: [],
          webmails: ['sogo'],
          maxMailboxes: undefined,
          maxAliases: undefined,
          maxQuotaBytes: undefined,
          ...usualLimits,
        },
      });
    });

    it('limit what accounts can have, except for empty fields', async () => {
      const limits = { maxMessages: '5', maxMessageMegabytes: '2', maxSmtpServers: '0' };
      const few = await app.panel.plans.create(app.operator, form({ name: 'Few', ...limits }));
      const { maxMessages, maxMessageBytes, maxSmtpServers } = await app.panel.plans.find(
        app.operator,
        few,
      );
      assert.deepEqual([maxMessages, maxMessageBytes, maxSmtpServers], [5, 2 * 1024 ** 2, 0]);
      const none = { maxMessages: '', maxMessageMegabytes: '', maxSmtpServers: '' };
      const all = await app.panel.plans.create(app.operator, form({ name: 'All', ...none }));
      const plan = await app.panel.plans.find(app.operator, all);
      assert.deepEqual(
        [plan.maxMessages, plan.maxMessageBytes, plan.maxSmtpServers],
        [undefined, undefined, undefined],
      );
    });

    it('are rejected with a reason at each field', async () => {
      assert.deepEqual(
        await refusedFields(async () =>
          form({ name: '', maxMailboxes: '-1', maxAliases: 'x', maxQuotaMegabytes: '0' }),
        ),
        {
          name: 'errors.field.string.empty',
          maxMailboxes: 'errors.field.number.min',
          maxAliases: 'errors.field.number.base',
          maxQuotaMegabytes: 'errors.field.number.min',
        },
      );
    });

    it('reject a change of an older version', async () => {
      const id = await app.panel.plans.create(app.operator, form({ name: 'Contested' }));
      await app.panel.plans.change(app.operator, id, form({ name: 'First', version: '1' }));
      await assert.rejects(
        app.panel.plans.change(app.operator, id, form({ name: 'Second', version: '1' })),
        ConflictError,
      );
      assert.equal((await app.panel.plans.find(app.operator, id)).name, 'First');
    });

    it('keep their version when nothing changes', async () => {
      const id = await app.panel.plans.create(app.operator, form({ name: 'Unchanged' }));
      const save = (name: string) =>
        app.panel.plans.change(app.operator, id, form({ name, version: '1' }));
      await save('Unchanged');
      assert.equal((await app.panel.plans.find(app.operator, id)).version, 1);
      await save('Changed');
      assert.equal((await app.panel.plans.find(app.operator, id)).version, 2);
    });

    it('have unique names, without regard to case and accents', async () => {
      const id = await app.panel.plans.create(app.operator, form({ name: 'Économique' }));
      const create = () => app.panel.plans.create(app.operator, form({ name: 'economique' }));
      assert.deepEqual(await refusedFields(create), { name: 'plans.errors.taken' });
      await app.panel.plans.change(app.operator, id, form({ name: 'Economique', version: '1' }));
    });

    it('are removed once under concurrent requests', async () => {
      const id = await app.panel.plans.create(app.operator, form({ name: 'Removed' }));
      const tries = Array.from({ length: 20 }, () => app.panel.plans.remove(app.operator, id));
      const results = await Promise.allSettled(tries);
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      const entries = { action: 'plan.removed', subject: 'Removed' };
      assert.equal((await app.db.knex('audit_entries').where(entries)).length, 1);
    });

    it('can be removed only when no account has them', async () => {
      const id = await app.panel.plans.create(app.operator, form({ name: 'Used' }));
      const accountId = await addAccount(app, 'user-of-plan', { planId: id });
      await assert.rejects(app.panel.plans.remove(app.operator, id), ConflictError);
      await app.panel.accounts.remove(app.operator, accountId);
      await app.panel.plans.remove(app.operator, id);
      await assert.rejects(app.panel.plans.find(app.operator, id), NotFoundError);
    });
  });
}

function form(body: Readonly<Record<string, string>>): PlanForm {
  return parsePlanForm(body, includable);
}
