import assert from 'node:assert/strict';
import { ConflictError, NotFoundError } from '../../../plugin/errors.js';
import { newAccountForm } from '../../../plugin/panel/standalone/accounts/forms.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { refusedFields } from '../../support/refusals.js';
import { useServedAppEach } from '../../support/served-app.js';
import { undoLast } from '../../support/undoing.js';
import { Visitor } from '../../support/visitor.js';
import { everything, form } from './typed-plan.js';

for (const engine of engines) {
  describe(`plans of resellers on ${engine}`, () => {
    const served = useServedAppEach(engine);
    let northId: number;
    let north: Viewer;

    beforeEach(async () => {
      const { app } = served;
      const planId = await app.panel.plans.create(
        app.operator,
        form({
          name: 'Gold',
          'permission.mailboxes.manage': '1',
          'webmail.roundcube': '1',
          maxMailboxes: '10',
          maxDomainPerHour: '100',
        }),
      );
      northId = await addAccount(app, 'north', { role: 'reseller', planId });
      north = await viewerOf(app, northId);
    });

    const within = {
      name: 'Mine',
      'permission.mailboxes.manage': '1',
      maxMailboxes: '5',
      maxDomainPerHour: '100',
    };

    it('stay within its own plan, at each field', async () => {
      const { plans } = served.app.panel;
      const beyond = form({ ...everything, name: 'Mine', maxMailboxes: '11', maxMessages: '' });
      assert.deepEqual(await refusedFields(() => plans.create(north, beyond)), {
        'permission.aliases.manage': 'plans.errors.not-in-own',
        'permission.api-tokens.manage': 'plans.errors.not-in-own',
        maxMailboxes: 'plans.errors.beyond-own',
        maxMessages: 'plans.errors.beyond-own',
        maxDomainPerHour: 'plans.errors.beyond-own',
      });
      const above = form({ ...within, domainPerHour: '101' });
      assert.deepEqual(await refusedFields(() => plans.create(north, above)), {
        domainPerHour: 'plans.errors.preset-above-most',
      });
      await plans.create(north, form(within));
    });

    it('are its own: other resellers have none of them, and administrators see whose they are', async () => {
      const { app, web } = served;
      const { plans, accounts } = app.panel;
      const id = await plans.create(north, form(within));
      const other = await viewerOf(app, await addAccount(app, 'south', { role: 'reseller' }));
      await assert.rejects(plans.find(other, id), NotFoundError);
      await assert.rejects(
        plans.change(other, id, form({ ...within, version: '1' })),
        NotFoundError,
      );
      await assert.rejects(plans.remove(other, id), NotFoundError);
      const names = async (viewer: Viewer): Promise<readonly string[]> =>
        (await accounts.plansFor(viewer)).map(({ name }) => name);
      assert.deepEqual(await names(north), ['Gold', 'Mine']);
      assert.deepEqual(await names(other), []);
      const root = await addAccount(app, 'root', { role: 'administrator' });
      const administrator = await Visitor.signedIn(web, app, root);
      assert.match((await administrator.get('/plans')).text, /Mine[\s\S]*north/);
      const theirs = await Visitor.signedIn(web, app, northId);
      assert.doesNotMatch((await theirs.get('/plans')).text, /Gold/);
      await plans.create(
        other,
        form({ ...within, maxMailboxes: '5', maxAliases: '5', maxQuotaMegabytes: '1' }),
      );
    });

    it('are given in its customers’ forms: another’s is refused at the field, and nothing is saved', async () => {
      const { app, web } = served;
      const planId = await app.panel.plans.create(north, form({ ...within, domainPerHour: '9' }));
      const id = await addAccount(app, 'anna', { parentId: northId, planId });
      await addDomain(app, 'anna.example', 'anna');
      const foreign = await addPlan(app);
      const stored = (): Promise<unknown> => app.db.knex('accounts').where({ id }).first();
      const before = await stored();
      const theirs = await Visitor.signedIn(web, app, northId);
      const page = await theirs.post(`/accounts/${id}`, {
        version: '1',
        role: 'customer',
        plan: String(foreign),
        name: 'Anna',
        email: 'anna@owners.example',
        password: 'a long new password',
      });
      assert.equal(page.status, 422);
      assert.match(page.text, /id="plan-error"/);
      assert.deepEqual(await stored(), before);
    });

    it('are given to its customers alone', async () => {
      const { app } = served;
      const planId = await app.panel.plans.create(north, form(within));
      const create = (reseller: string): Promise<number> => {
        const typed = {
          login: `of-${reseller || 'nobody'}`,
          reseller,
          plan: String(planId),
          name: 'x',
          email: 'x@owners.example',
        };
        return app.panel.accounts.create(app.operator, parseForm(newAccountForm, typed));
      };
      await create('north');
      assert.deepEqual(await refusedFields(() => create('')), {
        plan: 'accounts.errors.plan-of-other',
      });
    });

    const gold = async () => {
      const plan = (await served.app.panel.plans.list(served.app.operator)).find(
        ({ name }) => name === 'Gold',
      );
      assert.ok(plan !== undefined);
      return plan;
    };
    const limits = () => served.app.db.knex('domains').orderBy('name').pluck('limit_per_hour');

    const smaller = async (excess: string) => ({
      name: 'Gold',
      version: String((await gold()).version),
      maxMailboxes: '10',
      maxDomainPerHour: '50',
      excess,
    });

    describe('when its own plan shrinks', () => {
      let annaId: number;
      beforeEach(async () => {
        const { app } = served;
        const planId = await app.panel.plans.create(north, form(within));
        annaId = await addAccount(app, 'anna', { planId, parentId: northId });
        await addDomain(app, 'anna.example', 'anna');
        await addDomain(app, 'north.example', 'north');
        await app.db.knex('domains').update({ limit_per_hour: 90, webmail: 'roundcube' });
      });

      it('say so of its customers, too, and lower what is theirs, as one undoable change', async () => {
        const { app, web } = served;
        const root = await addAccount(app, 'root', { role: 'administrator' });
        const administrator = await Visitor.signedIn(web, app, root);
        const { id } = await gold();
        const { location = '' } = await administrator.post(`/plans/${id}`, await smaller('lower'));
        const { text } = await administrator.get(location);
        for (const said of [
          /2 accounts are affected \(anna, north\)/,
          /2 domains are affected/,
          /One account \(anna\) is affected through its reseller/,
          /2 domains have custom limits above 50 messages per hour/,
        ]) {
          assert.match(text, said);
        }
        await administrator.post(`${location}/application`);
        assert.deepEqual(await limits(), [50, 50]);
        await undoLast(app, app.operator, 'plan.changed');
        assert.deepEqual(await limits(), [90, 90]);
      });

      it('say on each page that it limits customers', async () => {
        const { app, web } = served;
        const { id } = await gold();
        await app.db
          .knex('plans')
          .where({ id })
          .update({
            max_mailboxes: 3,
            max_aliases: 4,
            max_quota_bytes: 1024 ** 3,
            max_domain_per_hour: 20,
            max_mailbox_per_hour: 10,
            max_account_per_hour: 30,
          });
        const root = await addAccount(app, 'root', { role: 'administrator', locale: 'en' });
        await app.db.knex('accounts').where({ id: annaId }).update({ locale: 'en' });
        const administrator = await Visitor.signedIn(web, app, root);
        const anna = await Visitor.signedIn(web, app, annaId);
        const domain = '/domains/anna.example';
        for (const [visitor, path, ...values] of [
          [anna, '/', '3', '4', '1 GB'],
          [anna, `${domain}/mailboxes`, '3'],
          [anna, `${domain}/aliases`, '4'],
          [anna, `${domain}/mailboxes/new`, '1 GB'],
          [anna, `${domain}/mail-settings`, '20 messages per hour'],
          [administrator, `/accounts/${annaId}`, '3', '4', '1 GB', '30 messages per hour'],
        ] as const) {
          const { text } = await visitor.get(path);
          for (const value of values) {
            const said = `${value}, limited by the reseller’s plan Gold`;
            assert.ok(text.replaceAll('\u00a0', ' ').includes(said), `${path}: ${said}`);
          }
        }
      });

      it('leave customers alone whose own plan is still within it', async () => {
        const { app } = served;
        const { planId } = (await app.panel.accounts.find(app.operator, annaId)) ?? {};
        await app.db.knex('plans').where({ id: planId }).update({
          max_domain_per_hour: 20,
          permissions: '[]',
        });
        const { id } = await gold();
        await app.panel.plans.change(app.operator, id, form(await smaller('lower')));
        assert.deepEqual(await limits(), [90, 50]);
      });
    });

    it('keep the account, until they are removed', async () => {
      const { app } = served;
      const id = await app.panel.plans.create(north, form(within));
      await assert.rejects(app.panel.accounts.remove(app.operator, northId), ConflictError);
      await app.panel.plans.remove(north, id);
      await app.panel.accounts.remove(app.operator, northId);
    });

    it('sort by their numbers, where no limit is the highest', async () => {
      const { app, web } = served;
      await addPlan(app);
      const root = await addAccount(app, 'root', { role: 'administrator' });
      const administrator = await Visitor.signedIn(web, app, root);
      const { text } = await administrator.get('/plans?sort=mailboxes&dir=desc');
      const names = [...text.matchAll(/>(Everything|Gold)</g)].map(([, name]) => name);
      assert.deepEqual(names, ['Everything', 'Gold']);
    });
  });
}
