import assert from 'node:assert/strict';
import { NotFoundError } from '../../../plugin/errors.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import {
  domainRemovalForm,
  newDomainForm,
} from '../../../plugin/panel/standalone/domains/forms.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { refusedFields } from '../../support/refusals.js';
import { useTestApp } from '../../support/opened.js';

for (const engine of engines) {
  describe(`domains on ${engine}`, () => {
    const app = useTestApp(engine);
    let reseller: Viewer;
    let customerId: number;

    before(async () => {
      const resellerId = await insert('reseller', 'north');
      reseller = {
        ...app.operator,
        accountId: resellerId,
        login: 'north',
        role: 'reseller',
        scope: { kind: 'reseller', accountId: resellerId },
      };
      customerId = await insert('customer', 'dupont', resellerId);
      await insert('customer', 'stranger');
    });

    const insert = (role: 'reseller' | 'customer', login: string, parentId?: number) =>
      app.panel.accountStore.insert(app.db.knex, {
        role,
        login,
        name: `Société ${login}`,
        email: `${login}@example.org`,
        parentId,
      });
    const create = (viewer: Viewer, name: string, owner = '') =>
      app.panel.domains.create(viewer, parseForm(newDomainForm, { name, owner, locale: 'fr' }));
    const remove = (viewer: Viewer, name: string, confirmation = name) =>
      app.panel.domains.remove(viewer, name, parseForm(domainRemovalForm, { confirmation }));
    const row = (name: string) => app.features.domains.require({ kind: 'all' }, name);

    it('start with the mail service on, and unknown recipients refused', async () => {
      await create(app.operator, 'start.example', 'dupont');
      const { mail_enabled, unknown_policy, suspended, locale } = await row('start.example');
      assert.deepEqual([mail_enabled, unknown_policy, suspended, locale], [1, 'reject', 0, 'fr']);
    });

    it('belong to their owner and to the owner’s reseller', async () => {
      await create(app.operator, 'owned.example', 'dupont');
      const { owner_id, reseller_id } = await row('owned.example');
      assert.deepEqual([owner_id, reseller_id], [customerId, reseller.accountId]);
    });

    it('belong to the reseller who adds them without naming an owner', async () => {
      await create(reseller, 'own.example');
      const { owner_id, reseller_id } = await row('own.example');
      assert.deepEqual([owner_id, reseller_id], [reseller.accountId, reseller.accountId]);
    });

    it('are unique in both forms of an international name', async () => {
      await create(app.operator, 'Bücher.Example', 'dupont');
      const { name, utf8_name, search_text } = await row('xn--bcher-kva.example');
      assert.deepEqual([name, utf8_name], ['xn--bcher-kva.example', 'bücher.example']);
      assert.match(search_text, /xn--bcher-kva\.example bucher\.example\nsociete dupont/);
      assert.deepEqual(
        await refusedFields(() => create(app.operator, 'BÜCHER.example', 'dupont')),
        {
          name: 'domains.errors.taken',
        },
      );
    });

    it('need an owner within the viewer’s scope', async () => {
      const refusal = { owner: 'accounts.not-found.accounts' };
      assert.deepEqual(await refusedFields(() => create(app.operator, 'a.example', 'x')), refusal);
      assert.deepEqual(
        await refusedFields(() => create(reseller, 'a.example', 'stranger')),
        refusal,
      );
      assert.deepEqual(await refusedFields(() => create(app.operator, 'a.example')), {
        owner: 'errors.field.any.required',
      });
    });

    it('start suspended when the owner’s reseller is', async () => {
      const setReseller = (suspended: number) =>
        app.db.knex('accounts').where({ id: reseller.accountId }).update({ suspended });
      await setReseller(1);
      await create(app.operator, 'suspended.example', 'dupont');
      await setReseller(0);
      assert.equal((await row('suspended.example')).suspended, 1);
    });

    it('are removed with their mailboxes and mail users, once their name is typed', async () => {
      await create(app.operator, 'gone.example', 'dupont');
      const { id } = await row('gone.example');
      const [mailboxId] = await app.db.knex('mailboxes').insert({
        domain_id: id,
        address: 'a@gone.example',
        password_hash: 'x',
        created_at: 0,
      });
      await app.panel.accountStore.insert(app.db.knex, {
        role: 'mail-user',
        login: 'a@gone.example',
        name: 'A',
        email: 'a@gone.example',
        mailboxId: Number(mailboxId),
      });

      assert.deepEqual(await refusedFields(() => remove(reseller, 'gone.example', 'b.example')), {
        confirmation: 'domains.errors.confirmation',
      });
      await remove(reseller, 'gone.example', 'GONE.example');

      await assert.rejects(row('gone.example'), NotFoundError);
      assert.equal(await app.panel.accountStore.knownByLogin('a@gone.example'), undefined);
      const entry = await app.db.knex('audit_entries').where({ action: 'domain.removed' }).first();
      assert.deepEqual(
        [entry.subject, entry.owner_id, entry.reseller_id, JSON.parse(entry.before)],
        ['gone.example', customerId, reseller.accountId, { mailboxes: 1, aliases: 0 }],
      );
    });

    it('are removed once under concurrent requests', async () => {
      await create(app.operator, 'twice.example', 'dupont');
      const twice = [remove(reseller, 'twice.example'), remove(reseller, 'twice.example')];
      const reasons = (await Promise.allSettled(twice)).flatMap((each) =>
        each.status === 'rejected' ? [each.reason] : [],
      );
      assert.equal(reasons.length, 1);
      assert.ok(reasons[0] instanceof NotFoundError);
      const entries = await app.db
        .knex('audit_entries')
        .where({ action: 'domain.removed', subject: 'twice.example' });
      assert.equal(entries.length, 1);
    });

    it('list what forwards to them from other domains, within the viewer’s scope', async () => {
      await create(app.operator, 'goal.example', 'dupont');
      await create(app.operator, 'other.example', 'dupont');
      await create(app.operator, 'unseen.example', 'stranger');
      for (const name of ['goal.example', 'other.example', 'unseen.example']) {
        const { id } = await row(name);
        const alias = { domain_id: id, address: `team@${name}`, created_at: 0 };
        const [aliasId] = await app.db.knex('aliases').insert(alias);
        const target = { alias_id: aliasId, target: 'info@goal.example' };
        await app.db.knex('alias_targets').insert(target);
        const forward = { unknown_policy: 'forward', forward_to: 'all@goal.example' };
        await app.db.knex('domains').where({ id }).update(forward);
      }
      const { leading } = await app.panel.domains.contents(reseller, 'goal.example');
      assert.deepEqual(leading, {
        aliases: { count: 1, names: ['team@other.example'] },
        domains: { count: 1, names: ['other.example'] },
      });
    });

    it('do not exist outside of the viewer’s scope', async () => {
      await create(app.operator, 'foreign.example', 'stranger');
      await assert.rejects(app.panel.domains.contents(reseller, 'foreign.example'), NotFoundError);
      await assert.rejects(remove(reseller, 'foreign.example'), NotFoundError);
    });
  });
}
