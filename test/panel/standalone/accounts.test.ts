import assert from 'node:assert/strict';
import { ConflictError, ForbiddenError, NotFoundError } from '../../../plugin/errors.js';
import type { Account } from '../../../plugin/panel/directory/account.js';
import {
  accountForm,
  accountValues,
  newAccountForm,
} from '../../../plugin/panel/standalone/accounts/forms.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { lookUp } from '../../support/mail-look-up.js';
import { refusedFields } from '../../support/refusals.js';
import { useTestAppEach } from '../../support/opened.js';

type Fields = Readonly<Record<string, string>>;

for (const engine of engines) {
  describe(`accounts on ${engine}`, () => {
    const app = useTestAppEach(engine);

    const create = (viewer: Viewer, login: string, wanted: Fields = {}) => {
      const body = { login, name: login, email: `${login}@owners.example`, ...wanted };
      return app.panel.accounts.create(viewer, parseForm(newAccountForm, body));
    };
    const stored = async (id: number): Promise<Account> => {
      const found = await app.panel.accountStore.find({ kind: 'all' }, id);
      assert.ok(found !== undefined);
      return found;
    };
    const change = async (viewer: Viewer, id: number, wanted: Fields) => {
      const account = await stored(id);
      const reseller = account.parentId === undefined ? '' : (await stored(account.parentId)).login;
      const body = { ...accountValues(account, reseller), ...wanted };
      await app.panel.accounts.change(viewer, id, parseForm(accountForm, body));
    };
    const domain = (name: string) => app.features.domains.require({ kind: 'all' }, name);
    const lastEntry = () => app.db.knex('audit_entries').orderBy('id', 'desc').first();

    it('are created by administrators with any role, reseller and plan', async () => {
      const planId = await addPlan(app);
      const resellerId = await create(app.operator, 'north', { role: 'reseller' });
      const id = await create(app.operator, 'Dupont', {
        reseller: 'North',
        plan: String(planId),
        locale: 'fr',
        access: 'password',
        password: 'a long password',
      });

      const { login, role, parentId, planId: plan, locale } = await stored(id);
      assert.deepEqual(
        [login, role, parentId, plan, locale],
        ['dupont', 'customer', resellerId, planId, 'fr'],
      );
      const entry = await lastEntry();
      assert.deepEqual(
        [entry.action, entry.subject, entry.owner_id, entry.reseller_id],
        ['account.created', 'dupont', id, resellerId],
      );
      assert.doesNotMatch(entry.after, /password/);
      assert.equal(
        await app.panel.signIn.withPassword('dupont', 'a long password', { ip: '::1' }),
        id,
      );
    });

    it('of a reseller are its own customers, whatever the request contains', async () => {
      await create(app.operator, 'south', { role: 'reseller' });
      const north = await viewerOf(app, await create(app.operator, 'north', { role: 'reseller' }));
      const id = await create(north, 'climber', { role: 'administrator', reseller: 'south' });
      const { role, parentId } = await stored(id);
      assert.deepEqual([role, parentId], ['customer', north.accountId]);

      await change(north, id, { role: 'reseller', reseller: '', name: 'Climber' });
      assert.deepEqual((await stored(id)).role, 'customer');
      assert.deepEqual((await stored(id)).parentId, north.accountId);
    });

    it('get from a reseller at most its own plan, but may keep a larger one', async () => {
      const [small, large] = [await addPlan(app, ['roundcube']), await addPlan(app)];
      const resellerId = await addAccount(app, 'north', { role: 'reseller', planId: small });
      const north = await viewerOf(app, resellerId);
      assert.deepEqual(await refusedFields(() => create(north, 'a', { plan: String(large) })), {
        plan: 'accounts.errors.plan-beyond-own',
      });
      const id = await addAccount(app, 'kept', { parentId: resellerId, planId: large });
      await change(north, id, { name: 'Kept' });
      assert.equal((await stored(id)).planId, large);
      await change(north, id, { plan: String(small) });
      assert.equal((await stored(id)).planId, small);
    });

    it('are rejected with a reason at each field', async () => {
      await create(app.operator, 'taken');
      await create(app.operator, 'north', { role: 'reseller' });
      const cases: [wanted: Fields, errors: Record<string, string>][] = [
        [{ login: 'TAKEN' }, { login: 'accounts.errors.taken' }],
        [{ login: 'a@owners.example' }, { login: 'accounts.errors.login' }],
        [{ login: '-a' }, { login: 'accounts.errors.login' }],
        [
          { email: 'x', name: ' ' },
          { email: 'errors.address.no-at', name: 'errors.field.string.empty' },
        ],
        [{ role: 'mail-user' }, { role: 'errors.field.any.only' }],
        [{ reseller: 'taken' }, { reseller: 'accounts.not-found.resellers' }],
        [{ plan: '99' }, { plan: 'errors.field.any.only' }],
        [{ access: 'password' }, { password: 'errors.field.any.required' }],
        [{ access: 'password', password: '123456789' }, { password: 'errors.field.string.min' }],
        [
          { access: 'password', password: 'aaaaaaaaaa' },
          { password: 'accounts.errors.password-weak' },
        ],
        [
          { access: 'password', login: 'boulanger', password: 'B0ulanger-24' },
          { password: 'accounts.errors.password-login' },
        ],
      ];
      for (const [wanted, errors] of cases) {
        assert.deepEqual(await refusedFields(() => create(app.operator, 'new', wanted)), errors);
      }
    });

    it('keep their version when nothing changes', async () => {
      const id = await create(app.operator, 'unchanged');
      const { version } = await stored(id);
      await change(app.operator, id, {});
      assert.equal((await stored(id)).version, version);
      await change(app.operator, id, { name: 'Changed' });
      assert.equal((await stored(id)).version, version + 1);
    });

    it('reject a change of an older version', async () => {
      const id = await create(app.operator, 'dupont');
      const version = String((await stored(id)).version);
      await change(app.operator, id, { name: 'First' });
      await assert.rejects(change(app.operator, id, { name: 'Second', version }), ConflictError);
      assert.equal((await stored(id)).name, 'First');
      assert.deepEqual(JSON.parse((await lastEntry()).after), { name: 'First' });
    });

    it('keep their domains’ search and reseller up to date', async () => {
      const resellerId = await create(app.operator, 'north', { role: 'reseller' });
      const id = await create(app.operator, 'dupont', { name: 'Société Dupont' });
      await addDomain(app, 'example.com', 'dupont');
      await change(app.operator, id, { name: 'Maison Évrard', reseller: 'north' });
      const { search_text, reseller_id } = await domain('example.com');
      assert.deepEqual(
        [search_text, reseller_id],
        ['example.com example.com\nmaison evrard', resellerId],
      );
    });

    it('receive postmaster mail at their new address at once', async () => {
      const id = await create(app.operator, 'dupont');
      await addDomain(app, 'example.com', 'dupont');
      await change(app.operator, id, { email: 'new@owners.example' });
      assert.deepEqual(await lookUp(app, 'postfix_aliases', 'postmaster@example.com'), [
        'new@owners.example',
      ]);
    });

    it('receive no mail while they or their reseller are suspended', async () => {
      const northId = await create(app.operator, 'north', { role: 'reseller' });
      const id = await create(app.operator, 'dupont', { reseller: 'north' });
      await addDomain(app, 'own.example', 'north');
      await addDomain(app, 'customer.example', 'dupont');
      const live = async () => [
        ...(await lookUp(app, 'postfix_mailbox_domains', 'own.example')),
        ...(await lookUp(app, 'postfix_mailbox_domains', 'customer.example')),
      ];
      const suspend = (account: number, suspended: boolean) =>
        app.panel.accounts.setSuspended(app.operator, account, suspended);

      assert.equal((await live()).length, 2);
      await suspend(id, true);
      assert.equal((await live()).length, 1);
      await suspend(northId, true);
      assert.equal((await live()).length, 0);
      await suspend(id, false);
      assert.equal((await live()).length, 0);
      await suspend(northId, false);
      assert.equal((await live()).length, 2);
    });

    it('end their reseller’s suspension of their domains when they leave it', async () => {
      const northId = await create(app.operator, 'north', { role: 'reseller' });
      const id = await create(app.operator, 'dupont', { reseller: 'north' });
      await addDomain(app, 'example.com', 'dupont');
      await app.panel.accounts.setSuspended(app.operator, northId, true);
      assert.equal((await domain('example.com')).suspended, 1);
      await change(app.operator, id, { reseller: '' });
      assert.equal((await domain('example.com')).suspended, 0);
    });

    it('cannot sign in while they or their reseller are suspended', async () => {
      const northId = await create(app.operator, 'north', { role: 'reseller' });
      const password = { access: 'password', password: 'a long password' };
      const id = await create(app.operator, 'dupont', { reseller: 'north', ...password });
      const signIn = () =>
        app.panel.signIn.withPassword('dupont', 'a long password', { ip: '::1' });
      for (const account of [id, northId]) {
        await app.panel.accounts.setSuspended(app.operator, account, true);
        assert.deepEqual(await refusedFields(signIn), { password: 'sign-in.refused' });
        await app.panel.accounts.setSuspended(app.operator, account, false);
      }
      assert.equal(await signIn(), id);
    });

    it('can be removed only without customers and domains, which the error lists', async () => {
      const northId = await create(app.operator, 'north', { role: 'reseller' });
      const id = await create(app.operator, 'dupont', { reseller: 'north' });
      await addDomain(app, 'example.com', 'dupont');
      const remove = (account: number) => app.panel.accounts.remove(app.operator, account);

      await assert.rejects(remove(id), refusal('accounts.errors.owns-domains', 'example.com'));
      await assert.rejects(remove(northId), refusal('accounts.errors.owns-customers', 'dupont'));
      await app.db.knex('domains').delete();
      await remove(id);
      await remove(northId);
      assert.equal(await app.panel.accountStore.find({ kind: 'all' }, id), undefined);
    });

    it('include at least one administrator', async () => {
      const id = await create(app.operator, 'root', { role: 'administrator' });
      await assert.rejects(app.panel.accounts.remove(app.operator, id), ForbiddenError);
      await assert.rejects(app.panel.accounts.setSuspended(app.operator, id, true), ForbiddenError);
      await assert.rejects(change(app.operator, id, { role: 'customer' }), ForbiddenError);
      await create(app.operator, 'second', { role: 'administrator' });
      await app.panel.accounts.remove(app.operator, id);
    });

    it('cannot be changed outside of the viewer’s scope, nor by themselves', async () => {
      const north = await viewerOf(app, await create(app.operator, 'north', { role: 'reseller' }));
      const foreign = await create(app.operator, 'foreign');
      await assert.rejects(change(north, foreign, { name: 'x' }), NotFoundError);
      await assert.rejects(app.panel.accounts.setSuspended(north, foreign, true), NotFoundError);
      await assert.rejects(app.panel.accounts.remove(north, foreign), NotFoundError);
      await assert.rejects(app.panel.accounts.createLink(north, foreign), NotFoundError);
      await assert.rejects(change(north, north.accountId, { name: 'x' }), ForbiddenError);
    });
  });
}

function refusal(key: string, names: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof ConflictError && error.key === key && error.args['names'] === names;
}
