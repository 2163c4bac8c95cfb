import assert from 'node:assert/strict';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../plugin/errors.js';
import { type WebmailForm, parseWebmailForm } from '../../../plugin/features/webmail/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { useTestApp } from '../../support/opened.js';
import { refusedFields } from '../../support/refusals.js';

const form = (fields: Readonly<Record<string, string>> = {}): WebmailForm =>
  parseWebmailForm({
    name: 'Our mail',
    address: 'https://mail.{domain}/',
    version: '1',
    ...fields,
  });

for (const engine of engines) {
  describe(`webmail applications on ${engine}`, () => {
    const app = useTestApp(engine);
    const entries = async (action: string): Promise<readonly { subject: string }[]> =>
      await app.db.knex('audit_entries').where({ action }).orderBy('id');

    it('begin with the three that were names in the code, without an address', async () => {
      const all = await app.features.webmails.list();
      assert.deepEqual(
        all.map(({ key, name, address }) => [key, name, address]),
        [
          ['roundcube', 'Roundcube', undefined],
          ['snappymail', 'SnappyMail', undefined],
          ['sogo', 'SOGo', undefined],
        ],
      );
    });

    it('are added under keys of their own, which no domain holds', async () => {
      const { webmails } = app.features;
      await addAccount(app, 'keys');
      await addDomain(app, 'keys.example', 'keys');
      await app.db.knex('domains').where({ name: 'keys.example' }).update({ webmail: 'ete' });
      const keys = [];
      for (const name of ['Été', 'Été!', 'none', '日本', 'long '.repeat(20)]) {
        keys.push((await webmails.create(app.operator, form({ name }))).key);
      }
      assert.deepEqual(keys, [
        'ete-2',
        'ete-3',
        'webmail',
        'webmail-2',
        'long-long-long-long-long-long',
      ]);
      assert.equal((await entries('webmail.created')).length, 5);
    });

    it('have different names, whatever their case and accents', async () => {
      const taken = form({ name: 'ROUNDCUBÉ' });
      assert.deepEqual(
        await refusedFields(() => app.features.webmails.create(app.operator, taken)),
        { name: 'webmail.errors.taken' },
      );
    });

    it('keep their keys when they change, and refuse an outdated form', async () => {
      const { webmails } = app.features;
      const { id, key } = await webmails.create(app.operator, form({ name: 'Before' }));
      const after = await webmails.change(app.operator, id, form({ name: 'After', icon: 'at' }));
      assert.deepEqual([after.key, after.name, after.icon, after.version], [key, 'After', 'at', 2]);
      assert.deepEqual((await webmails.page(id)).webmail, after);
      await assert.rejects(webmails.change(app.operator, id, form()), ConflictError);
      const same = form({ name: 'After', icon: 'at', version: '2' });
      assert.equal((await webmails.change(app.operator, id, same)).version, 2);
      assert.equal((await entries('webmail.changed')).length, 1);
    });

    it('have one default at most, and record which one it replaced', async () => {
      const { webmails } = app.features;
      const first = await webmails.create(app.operator, form({ name: 'First', isDefault: '1' }));
      const second = await webmails.create(app.operator, form({ name: 'Second' }));
      await webmails.change(app.operator, second.id, form({ name: 'Second', isDefault: '1' }));
      const all = await webmails.list();
      assert.deepEqual(
        all.filter(({ isDefault }) => isDefault).map(({ name }) => name),
        ['Second'],
      );
      assert.equal((await webmails.page(first.id)).webmail.version, 2);
      const subjects = (await entries('webmail.changed')).map(({ subject }) => subject);
      assert.deepEqual(subjects.slice(-2), ['First', 'Second']);
    });

    it('are removed from plans, and domains that chose them keep a choice that leads nowhere', async () => {
      const { webmails, domainMail } = app.features;
      const { id, key } = await webmails.create(app.operator, form({ name: 'Doomed' }));
      const planId = await addPlan(app, [key, 'roundcube']);
      const owner = await addAccount(app, 'chooser', { planId });
      const own = await viewerOf(app, owner);
      for (let number = 1; number <= 12; number += 1) {
        const name = `chosen-${String(number).padStart(2, '0')}.example`;
        await addDomain(app, name, 'chooser');
        await domainMail.change(own, name, { settings: { webmail: key } });
      }
      const { domains, plans } = await webmails.removalOf(app.operator, id);
      assert.deepEqual([domains.count, domains.first.length], [12, 10]);
      assert.equal(domains.first[0], 'chosen-01.example');
      assert.deepEqual(
        plans.map((plan) => plan.name),
        ['Everything'],
      );
      await webmails.remove(app.operator, id);
      assert.deepEqual((await app.panel.plans.find(app.operator, planId)).webmails, ['roundcube']);
      const { settings, version } = await domainMail.page(own, 'chosen-01.example');
      assert.equal(settings.webmail, key);
      await domainMail.change(own, 'chosen-01.example', { settings: { enabled: true }, version });
      await assert.rejects(webmails.remove(app.operator, id), NotFoundError);
      const again = await webmails.create(app.operator, form({ name: 'Doomed' }));
      assert.notEqual(again.key, key);
    });

    it('cannot be chosen while they have no address', async () => {
      const planId = await addPlan(app, ['sogo']);
      await app.db.knex('webmails').where({ key: 'sogo' }).update({ address: null });
      const own = await viewerOf(app, await addAccount(app, 'eager', { planId }));
      await addDomain(app, 'eager.example', 'eager');
      const settings = { webmail: 'sogo' };
      const change = app.features.domainMail.change(own, 'eager.example', { settings });
      await assert.rejects(change, InvalidInputError);
    });

    it('are created once under concurrent requests', async () => {
      const tries = Array.from({ length: 10 }, () =>
        app.features.webmails.create(app.operator, form({ name: 'Only once' })),
      );
      const results = await Promise.allSettled(tries);
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    });
  });
}
