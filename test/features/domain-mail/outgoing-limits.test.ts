import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { refusedFields } from '../../support/refusals.js';
import { useServedApp } from '../../support/served-app.js';
import { Visitor } from '../../support/visitor.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';

for (const engine of engines) {
  describe(`outgoing limits on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let marie: Viewer;
    let visitor: Visitor;

    before(async () => {
      const planId = await addPlan(app);
      await app.db.knex('plans').where({ id: planId }).update({
        domain_per_hour: 50,
        max_domain_per_hour: 100,
        mailbox_per_hour: 5,
        max_mailbox_per_hour: 10,
        max_account_per_hour: 500,
      });
      marie = await viewerOf(app, await addAccount(app, 'marie', { planId }));
      await addDomain(app, 'marie.example', 'marie');
      await addDomain(app, 'other.example', 'marie');
      await app.db.knex('mailboxes').insert({
        domain_id: app.db.knex('domains').where({ name: 'marie.example' }).select('id'),
        address: 'box@marie.example',
        display_name: '',
        password_hash: '',
        created_at: 1,
      });
      visitor = await Visitor.signedIn(web, app, marie.accountId);
    });

    const settings = (more: Readonly<Record<string, string>>, version: number) =>
      visitor.post('/domains/marie.example/mail-settings', {
        version: String(version),
        mailEnabled: '1',
        policy: 'reject',
        apply: '1',
        ...more,
      });
    const version = async (): Promise<number> =>
      Number((await app.db.knex('domains').where({ name: 'marie.example' }).first()).version);

    it('come from the plan, or are the domain’s own within the plan, and say which', async () => {
      const path = '/domains/marie.example/mail-settings';
      assert.match(
        (await visitor.get(path)).text,
        /Now: 50 messages per hour, from the plan Everything/,
      );
      const above = await settings({ limit: 'own', limitPerHour: '101' }, await version());
      assert.equal(above.status, 422);
      assert.match(above.text, /The plan allows at most 100/);
      assert.equal((await settings({ limit: 'own' }, await version())).status, 422);
      await settings({ limit: 'own', limitPerHour: '50' }, await version());
      assert.match((await visitor.get(path)).text, /Now: 50 messages per hour, custom/);
      await settings({}, await version());
      assert.match((await visitor.get(path)).text, /per hour, custom/, 'other forms leave it');
      await settings({ limit: 'plan', limitPerHour: '7' }, await version());
      assert.match(
        (await visitor.get(path)).text,
        /Now: 50 messages per hour, from the plan Everything/,
      );
    });

    it('of mailboxes and accounts work the same', async () => {
      const { id } = await app.db.knex('mailboxes').first('id');
      const { mailboxes } = app.features;
      const change = (limitPerHour: number) =>
        mailboxes.change(marie, 'marie.example', id, { limit: 'own', limitPerHour });
      assert.deepEqual(await refusedFields(() => change(11)), {
        limitPerHour: 'plans.errors.limit-above-most',
      });
      await change(10);
      const path = `/domains/marie.example/mailboxes/${id}`;
      assert.match((await visitor.get(path)).text, /Now: 10 messages per hour, custom/);
      const root = await Visitor.signedIn(
        web,
        app,
        await addAccount(app, 'root', { role: 'administrator' }),
      );
      const page = await root.get(`/accounts/${marie.accountId}`);
      assert.match(page.text, /Now: 500 messages per hour, from the plan Everything/);
      assert.match(page.text, /Plan usage/);
    });

    it('of many domains change after a preview, and are undone', async () => {
      const { onDomains, previews, undoing } = app.features;
      const { table, actions } = await onDomains();
      const action = actions.find(({ key }) => key === 'limit');
      assert.ok(action !== undefined);
      const ids: number[] = await app.db.knex('domains').orderBy('id').pluck('id');
      const apply = async (limit: number): Promise<readonly number[]> => {
        const selection = { kind: 'rows', ids } as const;
        const asking = { wanted: { limit }, selection, list: '/domains' };
        const id = await previews.create(marie, { table, action }, asking);
        const { counts } = await previews.whole(marie, id);
        await previews.apply(marie, id);
        return [counts['will-change'], counts['already-so'], counts.refused];
      };
      const limits = () => app.db.knex('domains').orderBy('id').pluck('limit_per_hour');
      assert.deepEqual(await apply(101), [0, 0, 2]);
      assert.deepEqual(await apply(80), [2, 0, 0]);
      assert.deepEqual(await apply(80), [0, 2, 0]);
      assert.deepEqual(await limits(), [80, 80]);
      const act = await app.db
        .knex('audit_acts')
        .where({ action: 'domain-mail.changed', owner_id: 0, reseller_id: 0 })
        .orderBy('id', 'desc')
        .first('id');
      const undo = await undoing.prepare(marie, Number(act.id));
      await previews.whole(marie, undo);
      await previews.apply(marie, undo);
      assert.deepEqual(await limits(), [null, null]);
    });
  });
}
