import assert from 'node:assert/strict';
import { DomainName } from '../../../plugin/addresses/index.js';
import { newMailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import { hashPassword } from '../../../plugin/secrets/passwords.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain } from '../../support/fixtures.js';
import { refusedFields } from '../../support/refusals.js';
import { useTestAppEach } from '../../support/opened.js';

for (const engine of engines) {
  describe(`signing in on ${engine}`, () => {
    const app = useTestAppEach(engine);
    let id: number;

    beforeEach(async () => {
      const passwordHash = await hashPassword('a long password');
      id = await addAccount(app, 'dupont', { passwordHash });
    });

    const signIn = (login: string, password: string, ip = '192.0.2.1') =>
      app.panel.signIn.withPassword(login, password, { ip });
    const refused = async (login: string, password: string, ip?: string) => {
      assert.deepEqual(await refusedFields(() => signIn(login, password, ip)), {
        password: 'sign-in.refused',
      });
    };
    const entries = async () =>
      (await app.db.knex('audit_entries').where('action', 'like', 'sign-in%').orderBy('id')).map(
        (entry) => [entry.action, entry.actor, entry.subject, entry.owner_id, entry.origin],
      );

    it('ignores the case of the login, but not of the password', async () => {
      assert.equal(await signIn(' Dupont ', 'a long password'), id);
      await refused('dupont', 'A long password');
      await refused('dupont', 'a long password ');
    });

    it('does not reveal whether the login or the password is wrong', async () => {
      await refused('dupont', 'wrong');
      await refused('nobody', 'wrong');
      await app.panel.accounts.setSuspended(app.operator, id, true);
      await refused('dupont', 'a long password');
      const bare = await addAccount(app, 'without-password');
      assert.ok(bare > 0);
      await refused('without-password', '');
    });

    it('is recorded with its address, and so are failures for existing accounts', async () => {
      await refused('dupont', 'wrong', '198.51.100.9');
      await refused('my secret password', 'x', '198.51.100.9');
      await signIn('dupont', 'a long password');
      await app.panel.signIn.withLink(await app.panel.signIn.createLink(id), { ip: '192.0.2.2' });
      assert.deepEqual(await entries(), [
        ['sign-in.failed', '198.51.100.9', 'dupont', id, '198.51.100.9'],
        ['sign-in.succeeded', 'dupont', 'dupont', id, '192.0.2.1'],
        ['sign-in.succeeded', 'dupont', 'dupont', id, '192.0.2.2'],
      ]);
    });

    describe('leaves no session', () => {
      const ended: number[] = [];
      const during = (change: () => Promise<unknown>) => ({
        ip: '192.0.2.1',
        async open(accountId: number) {
          await change();
          return async () => void ended.push(accountId);
        },
      });
      const cases: Readonly<Record<string, () => Promise<unknown>>> = {
        'its password changes': async () => {
          const passwordHash = await hashPassword('another password');
          await app.db.transaction((tx) =>
            app.panel.accountStore.setPassword(tx, id, passwordHash),
          );
        },
        'it is suspended': () => app.panel.accounts.setSuspended(app.operator, id, true),
        'its reseller is suspended': async () => {
          const north = await addAccount(app, 'north', { role: 'reseller' });
          await app.db.knex('accounts').where({ id }).update({ parent_id: north });
          await app.panel.accounts.setSuspended(app.operator, north, true);
        },
      };
      beforeEach(() => ended.splice(0));

      for (const [what, change] of Object.entries(cases)) {
        it(`while ${what}`, async () => {
          const fields = await refusedFields(() =>
            app.panel.signIn.withPassword('dupont', 'a long password', during(change)),
          );
          assert.deepEqual(fields, { password: 'sign-in.refused' });
          assert.deepEqual([ended, await entries()], [[id], []]);
        });

        it(`with a link while ${what}`, async () => {
          const token = await app.panel.signIn.createLink(id);
          assert.equal(await app.panel.signIn.withLink(token, during(change)), undefined);
          assert.deepEqual([ended, await entries()], [[id], []]);
        });
      }

      it('while the password of a mail user’s mailbox changes', async () => {
        await addDomain(app, 'own.example', 'dupont');
        const form = newMailboxForm(DomainName.parse('own.example'));
        const typed = parseForm(form, { address: 'anna', password: 'seven tall herons wading' });
        const { mailboxes } = app.features;
        const mailboxId = await mailboxes.create(app.operator, 'own.example', typed);
        const change = () =>
          mailboxes.change(app.operator, 'own.example', mailboxId, {
            password: 'eight small boats drifting',
          });
        const attempt = () =>
          app.panel.signIn.withPassword('anna@own.example', typed.password, during(change));
        assert.deepEqual(await refusedFields(attempt), { password: 'sign-in.refused' });
        assert.equal(ended.length, 1);
      });
    });

    it('with a link works once, within 15 minutes', async () => {
      const token = await app.panel.signIn.createLink(id);
      assert.equal(await app.panel.signIn.withLink(token, { ip: '::1' }), id);
      assert.equal(await app.panel.signIn.withLink(token, { ip: '::1' }), undefined);
      assert.equal(await app.panel.signIn.withLink('made-up', { ip: '::1' }), undefined);

      const late = await app.panel.signIn.createLink(id);
      const [{ expires_at: expiresAt }] = await app.db.knex('sign_in_links');
      const minutes = (Number(expiresAt) - Date.now()) / 60_000;
      assert.ok(minutes > 14.9 && minutes <= 15, String(minutes));
      await app.db.knex('sign_in_links').update({ expires_at: Date.now() - 1 });
      assert.equal(await app.panel.signIn.withLink(late, { ip: '::1' }), undefined);
    });

    it('with a link fails while the account is suspended', async () => {
      const token = await app.panel.signIn.createLink(id);
      await app.panel.accounts.setSuspended(app.operator, id, true);
      assert.equal(await app.panel.signIn.withLink(token, { ip: '::1' }), undefined);
    });

    it('works for a mail user unless the mailbox or its domain’s owner is suspended or removed', async () => {
      await addDomain(app, 'bücher.example', 'dupont');
      const address = 'jeanne@xn--bcher-kva.example';
      const domain = await app.features.domains.require({ kind: 'all' }, 'bücher.example');
      await app.db.knex('mailboxes').insert({
        domain_id: domain.id,
        address,
        password_hash: await hashPassword('jeanne’s password'),
        created_at: 0,
        search_text: '',
      });
      await refused('jeanne@bücher.example', 'wrong');
      assert.equal(await app.panel.accountStore.knownByLogin(address), undefined);
      const jeanne = ['Jeanne@Bücher.example', 'jeanne’s password'] as const;
      const accountId = await signIn(...jeanne);
      const [entry] = (await entries()).slice(-1);
      assert.deepEqual(entry?.slice(2, 4), [address, id]);
      const created = await app.db.knex('audit_entries').where({ action: 'account.created' });
      assert.deepEqual(
        created.map(({ actor, subject, owner_id: ownerId }) => [actor, subject, ownerId]),
        [[address, address, id]],
      );

      const viewer = () => app.panel.viewers.of({ accountId, origin: '::1' });
      assert.equal((await viewer())?.role, 'mail-user');
      assert.equal((await viewer())?.name, address);
      await app.db.knex('mailboxes').update({ display_name: 'Jeanne Roux' });
      assert.equal((await viewer())?.name, 'Jeanne Roux');
      await app.panel.accounts.setSuspended(app.operator, id, true);
      assert.equal(await viewer(), undefined);
      await refused('jeanne@bücher.example', 'jeanne’s password');
      await app.panel.accounts.setSuspended(app.operator, id, false);
      assert.equal(await signIn(...jeanne), accountId);
      await app.db.knex('mailboxes').delete();
      assert.equal(await viewer(), undefined);
      await refused('jeanne@bücher.example', '');
    });
  });
}
