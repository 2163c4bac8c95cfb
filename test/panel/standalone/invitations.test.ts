import assert from 'node:assert/strict';
import { ConflictError, ForbiddenError, NotFoundError } from '../../../plugin/errors.js';
import {
  accountForm,
  accountValues,
  newAccountForm,
} from '../../../plugin/panel/standalone/accounts/forms.js';
import { AccessStore } from '../../../plugin/panel/standalone/access/access-store.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { hashPassword } from '../../../plugin/secrets/passwords.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, viewerOf } from '../../support/fixtures.js';
import { useTestAppEach } from '../../support/opened.js';
import { refusedFields } from '../../support/refusals.js';

const password = 'nine small lamps glowing';
const ip = '192.0.2.1';

for (const engine of engines) {
  describe(`an invitation on ${engine}`, () => {
    const app = useTestAppEach(engine);
    let northId: number;
    let north: Viewer;
    let id: number;

    beforeEach(async () => {
      northId = await addAccount(app, 'north', { role: 'reseller' });
      north = await viewerOf(app, northId);
      id = await addAccount(app, 'dupont', { parentId: northId });
    });

    const invite = (viewer = north, account = id) =>
      app.panel.accounts.invite(viewer, account, 'hand');
    const choose = (token: string, wanted = password) =>
      app.panel.passwords.choose(token, wanted, ip);
    const access = async () => (await new AccessStore(app.db).of(id)).access;
    const isGood = async (token: string) => (await app.panel.passwords.find(token)) !== undefined;
    const actions = async () =>
      await app.db
        .knex('audit_entries')
        .where({ subject: 'dupont' })
        .orderBy('id')
        .select('action', 'actor', 'origin');

    it('leads to a password, once, within three days', async () => {
      assert.deepEqual(await access(), { kind: 'never' });
      const token = await invite();
      const invited = await access();
      assert.equal(invited.kind, 'invited');
      const days = ('until' in invited ? invited.until - Date.now() : 0) / (24 * 3600 * 1000);
      assert.ok(days > 2.99 && days <= 3, String(days));
      assert.equal(await choose(token), id);
      assert.equal(await app.panel.signIn.withPassword('dupont', password, { ip }), id);
      assert.equal((await access()).kind, 'signed-in');
      await assert.rejects(choose(token), NotFoundError);
      assert.deepEqual(
        (await actions()).map(({ action, actor }) => [action, actor]),
        [
          ['account.invited', 'north'],
          ['account.password-changed', 'dupont'],
          ['sign-in.succeeded', 'dupont'],
        ],
      );
    });

    it('does not sign in by itself, nor does a sign-in link choose a password', async () => {
      assert.equal(await app.panel.signIn.withLink(await invite(), { ip }), undefined);
      const link = await app.panel.signIn.createLink(id);
      await assert.rejects(choose(link), NotFoundError);
      assert.equal(await app.panel.signIn.withLink(link, { ip }), id);
    });

    it('ends an earlier one, and expires', async () => {
      const [first, second] = [await invite(), await invite()];
      assert.deepEqual([await isGood(first), await isGood(second)], [false, true]);
      await app.db.knex('sign_in_links').update({ expires_at: Date.now() - 1 });
      assert.equal(await isGood(second), false);
      assert.deepEqual(await access(), { kind: 'invitation-ended' });
      await assert.rejects(choose(second), NotFoundError);
      assert.ok(await isGood(await invite()));
    });

    it('keeps its link when the password is refused', async () => {
      const token = await invite();
      assert.deepEqual(await refusedFields(() => choose(token, 'dupont dupont')), {
        password: 'accounts.errors.password-login',
      });
      assert.ok(await isGood(token));
      assert.equal(await choose(token), id);
    });

    it('is redeemed once by many at the same time', async () => {
      const token = await invite();
      const tries = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) => choose(token, `${password} ${n}`)),
      );
      assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
      const changed = (await actions()).filter(({ action }) => action.endsWith('changed'));
      assert.equal(changed.length, 1);
    });

    it('is either redeemed or replaced when it is sent again at the same time', async () => {
      for (let n = 0; n < 5; n += 1) {
        await app.db.knex('accounts').where({ id }).update({ password_hash: null });
        const token = await invite();
        const [redeemed, replaced] = await Promise.allSettled([choose(token), invite()]);
        assert.notEqual(redeemed.status, replaced.status);
        assert.equal(await isGood(token), false);
        if (replaced.status === 'rejected') {
          assert.ok(replaced.reason instanceof ConflictError);
        } else {
          assert.ok(await isGood(replaced.value));
        }
      }
    });

    it('ends with a suspension of the account or its reseller, for good', async () => {
      for (const suspended of [id, northId]) {
        const token = await invite(app.operator);
        await app.panel.accounts.setSuspended(app.operator, suspended, true);
        await assert.rejects(choose(token), NotFoundError);
        await app.panel.accounts.setSuspended(app.operator, suspended, false);
        assert.equal(await isGood(token), false);
        assert.deepEqual(await access(), { kind: 'invitation-ended' });
      }
      await app.panel.accounts.setSuspended(app.operator, id, true);
      await assert.rejects(invite(app.operator), ForbiddenError);
    });

    it('ends with the account', async () => {
      const token = await invite();
      await app.panel.accounts.remove(app.operator, id);
      await assert.rejects(choose(token), NotFoundError);
    });

    for (const [what, wanted] of [
      ['its address', { email: 'new@owners.example' }],
      ['its reseller', { reseller: '' }],
      ['its role', { role: 'reseller', reseller: '' }],
    ] as const) {
      it(`ends when ${what} changes, since its link may be with somebody else`, async () => {
        const token = await invite();
        const link = await app.panel.signIn.createLink(id);
        const account = await app.panel.accounts.find(app.operator, id);
        const form = parseForm(accountForm, { ...accountValues(account, 'north'), ...wanted });
        await app.panel.accounts.change(app.operator, id, form);
        assert.equal(await isGood(token), false);
        assert.equal(await app.panel.signIn.isGoodLink(link), false);
      });
    }

    it('stays when only the name changes', async () => {
      const token = await invite();
      const account = await app.panel.accounts.find(app.operator, id);
      const form = parseForm(accountForm, { ...accountValues(account, 'north'), name: 'New' });
      await app.panel.accounts.change(app.operator, id, form);
      assert.ok(await isGood(token));
    });

    it('is for accounts within the scope and without a password', async () => {
      const foreign = await addAccount(app, 'foreign');
      await assert.rejects(invite(north, foreign), NotFoundError);
      await assert.rejects(invite(north, northId), ForbiddenError);
      const passwordHash = await hashPassword(password);
      const known = await addAccount(app, 'known', { parentId: northId, passwordHash });
      await assert.rejects(invite(north, known), ConflictError);
    });

    it('ends other sessions of the account', async () => {
      const token = await invite();
      const session = { id_hash: 'x', account_id: id, content: '{}', expires_at: Date.now() + 1e6 };
      await app.db.knex('sessions').insert(session);
      await choose(token);
      assert.deepEqual(await app.db.knex('sessions').where({ account_id: id }), []);
    });

    it('of a new account is a link to hand over without a mail server', async () => {
      const body = { login: 'kim', name: 'Kim', email: 'kim@x.example', access: 'invitation' };
      const form = await app.panel.accounts.withAccess(parseForm(newAccountForm, body));
      assert.equal(form.access, 'link');
    });
  });
}
