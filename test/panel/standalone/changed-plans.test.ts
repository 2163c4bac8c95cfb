import assert from 'node:assert/strict';
import { ConflictError } from '../../../plugin/errors.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, viewerOf } from '../../support/fixtures.js';
import { useServedAppEach } from '../../support/served-app.js';
import { undoLast } from '../../support/undoing.js';
import { Visitor } from '../../support/visitor.js';
import { everything, form } from './typed-plan.js';

for (const engine of engines) {
  describe(`a changed plan on ${engine}`, () => {
    const served = useServedAppEach(engine);
    let planId: number;
    let annaId: number;

    beforeEach(async () => {
      const { app } = served;
      planId = await app.panel.plans.create(
        app.operator,
        form({ ...everything, name: 'Basic', maxDomainPerHour: '100', maxQuotaMegabytes: '10' }),
      );
      annaId = await addAccount(app, 'anna', { planId });
      for (const name of ['one', 'two', 'three']) {
        await addDomain(app, `${name}.example`, 'anna');
      }
      const domains = app.db.knex('domains');
      await domains.clone().where({ name: 'one.example' }).update({ limit_per_hour: 80 });
      await domains.clone().where({ name: 'two.example' }).update({ limit_per_hour: 60 });
      const { id } = await domains.clone().where({ name: 'one.example' }).first();
      await app.db.knex('mailboxes').insert({
        domain_id: id,
        address: 'a@one.example',
        display_name: '',
        password_hash: '',
        quota_bytes: 0,
        created_at: 1,
      });
    });

    const ownNumbers = async (): Promise<unknown> => ({
      domains: await served.app.db.knex('domains').orderBy('name').pluck('limit_per_hour'),
      quota: await served.app.db.knex('mailboxes').pluck('quota_bytes'),
    });
    const kept = { domains: [80, null, 60], quota: [0] };
    const lowered = { domains: [50, null, 50], quota: [5 * 1024 ** 2] };
    const smaller = {
      name: 'Basic',
      version: '1',
      maxDomainPerHour: '50',
      domainPerHour: '20',
      maxQuotaMegabytes: '5',
      maxDomains: '2',
      'permission.mailboxes.manage': '1',
    };
    const change = (excess: string): Promise<void> =>
      served.app.panel.plans.change(served.app.operator, planId, form({ ...smaller, excess }));
    const undo = (): Promise<void> => undoLast(served.app, served.app.operator, 'plan.changed');

    it('keeps custom values above its maximums until they are changed', async () => {
      await change('keep');
      assert.deepEqual(await ownNumbers(), kept);
    });

    it('is refused while there are any, if that is asked for', async () => {
      await assert.rejects(change('refuse'), ConflictError);
      assert.equal((await served.app.panel.plans.find(served.app.operator, planId)).version, 1);
      await served.app.db.knex('domains').update({ limit_per_hour: null });
      await served.app.db.knex('mailboxes').update({ quota_bytes: 1 });
      await change('refuse');
    });

    it('lowers them with an entry for each, and its undo gives them back, any number of times', async () => {
      await change('lower');
      assert.deepEqual(await ownNumbers(), lowered);
      const actions: string[] = await served.app.db
        .knex('audit_entries')
        .whereIn('action', ['plan.changed', 'domain-mail.changed', 'mailbox.changed'])
        .pluck('action');
      assert.deepEqual(actions.toSorted(), [
        'domain-mail.changed',
        'domain-mail.changed',
        'mailbox.changed',
        'plan.changed',
      ]);
      await undo();
      assert.deepEqual(await ownNumbers(), kept);
      await undo();
      assert.deepEqual(await ownNumbers(), lowered);
      await undo();
      await served.app.db
        .knex('domains')
        .where({ name: 'two.example' })
        .update({ limit_per_hour: 10 });
      await undo();
      assert.deepEqual(await ownNumbers(), { domains: [50, null, 10], quota: [5 * 1024 ** 2] });
    });

    it('is shown with whom it concerns before it is applied', async () => {
      const { app, web } = served;
      await app.db
        .knex('domains')
        .where({ name: 'three.example' })
        .update({ webmail: 'roundcube' });
      const anna = await viewerOf(app, annaId);
      await app.features.apiTokens.create(anna, { title: 'Shop', scopes: [] });
      const root = await addAccount(app, 'root', { role: 'administrator' });
      const administrator = await Visitor.signedIn(web, app, root);
      assert.match((await administrator.get(`/plans/${planId}`)).text, /1 account has this plan/);
      const { location = '' } = await administrator.post(`/plans/${planId}`, {
        ...smaller,
        excess: 'lower',
      });
      assert.match(location, /^\/previews\/\d+$/);
      const { text } = await administrator.get(location);
      for (const said of [
        /One account is affected \(anna\)/,
        /3 domains are affected \(one\.example, three\.example, two\.example\)/,
        /One domain \(three\.example\) has a webmail that the plan no longer includes/,
        /One API token stops working \(Shop\)/,
        /One account \(anna\) has more domains than the maximum, 2. It keeps them, but cannot add any/,
        /One domain without a custom limit: 100 messages per hour → 20 messages per hour/,
        /2 domains have custom limits above 50 messages per hour .*This value is lowered/,
        /One mailbox can be larger than 5 MB \(a@one\.example\)/,
      ]) {
        assert.match(text, said);
      }
      assert.deepEqual(await ownNumbers(), kept);
      await administrator.post(`${location}/application`);
      assert.deepEqual(await ownNumbers(), lowered);
    });
  });
}
