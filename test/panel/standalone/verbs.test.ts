import assert from 'node:assert/strict';
import { reasonsOf } from '../../../plugin/changes/decision.js';
import { newAccountForm } from '../../../plugin/panel/standalone/accounts/forms.js';
import { MailUsers } from '../../../plugin/panel/standalone/mail-users.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, viewerOf } from '../../support/fixtures.js';
import { goodPassword } from '../../features/mailboxes/scene.js';
import { useTestApp } from '../../support/opened.js';

describe('decisions about accounts before they are written', () => {
  const app = useTestApp();
  let root: Viewer;
  let dupont: Viewer;

  before(async () => {
    root = await viewerOf(app, await addAccount(app, 'root', { role: 'administrator' }));
    dupont = await viewerOf(app, await addAccount(app, 'dupont'));
  });

  const accountOf = async ({ accountId }: Viewer) =>
    await app.panel.accountStore.find({ kind: 'all' }, accountId);

  it('tell who may start acting as another account, and whether there is acting to end', async () => {
    const { starting, ending } = app.panel.acting;
    const [self, other] = [await accountOf(root), await accountOf(dupont)];
    const acting = { ...dupont, actorId: root.accountId, actor: 'root', actingAs: 'dupont' };
    const begin = (viewer: Viewer, account: typeof self): string => {
      const decision = starting.decide(viewer, account);
      return decision.kind === 'refused' ? decision.because.key : decision.kind;
    };
    assert.equal(begin(root, other), 'will-change');
    assert.equal(begin(root, self), 'errors.not-found');
    assert.equal(begin(dupont, self), 'errors.not-found');
    assert.equal(begin(root, undefined), 'errors.not-found');
    assert.equal(begin(acting, other), 'accounts.errors.acting-already');
    assert.equal(ending.decide(acting, other).kind, 'will-change');
    assert.equal(ending.decide(root, self).kind, 'already-so');
  });

  it('refuse an own password with the reason at its field', async () => {
    const { password } = app.panel.preferences;
    const account = await accountOf(dupont);
    assert.ok(account);
    const decide = (viewer: Viewer, wanted: string): readonly unknown[] => {
      const typed = { password: wanted, passwordHash: '', sessionId: '' };
      const decision = password.decide(viewer, account, typed);
      return decision.kind === 'refused'
        ? reasonsOf(decision).map(({ field, key }) => [field, key])
        : [decision.kind];
    };
    assert.deepEqual(decide(dupont, goodPassword), ['will-change']);
    assert.deepEqual(decide(dupont, 'dupont dupont'), [
      ['password', 'accounts.errors.password-login'],
    ]);
    assert.deepEqual(decide({ ...dupont, actingAs: 'dupont' }, goodPassword), [
      [undefined, 'preferences.errors.not-here'],
    ]);
  });

  it('tell whether the language and the theme change', async () => {
    const { appearance } = app.panel.preferences;
    const account = await accountOf(dupont);
    assert.ok(account);
    for (const [form, kind] of [
      [{ theme: 'dark' }, 'will-change'],
      [{ locale: 'fr' }, 'will-change'],
      [{ theme: 'auto', locale: '' }, 'already-so'],
      [{}, 'already-so'],
    ] as const) {
      assert.equal(appearance.decide(dupont, account, form).kind, kind, JSON.stringify(form));
    }
  });

  it('refuse a new account’s password together with all other fields', async () => {
    const form = parseForm(newAccountForm, {
      role: 'customer',
      login: 'kim',
      name: 'Kim',
      email: 'kim@owners.example',
      access: 'password',
      password: 'kim kim kim',
    });
    const placement = {
      role: 'customer',
      reseller: undefined,
      plan: undefined,
      refusals: { plan: { key: 'accounts.errors.plan-beyond-own' }, reseller: undefined },
    } as const;
    const wanted = { form, passwordHash: '' };
    const decision = app.panel.accounts.creation.decide(root, placement, wanted);
    assert.ok(decision.kind === 'refused');
    assert.deepEqual(
      reasonsOf(decision).map(({ field, key }) => [field, key]),
      [
        ['plan', 'accounts.errors.plan-beyond-own'],
        ['password', 'accounts.errors.password-login'],
      ],
    );
  });
});

for (const engine of engines) {
  describe(`the first sign-in of a mail user on ${engine}`, () => {
    const app = useTestApp(engine);
    const address = 'anna@marie.example';

    before(async () => {
      await addAccount(app, 'marie');
      await addDomain(app, 'marie.example', 'marie');
    });

    beforeEach(async () => {
      await app.db.knex('accounts').where({ role: 'mail-user' }).delete();
      await app.db.knex('mailboxes').delete();
      const { id }: { id: number } = await app.db.knex('domains').first('id');
      await app.db.knex('mailboxes').insert({
        domain_id: id,
        address,
        display_name: 'Anna',
        password_hash: 'x',
        quota_bytes: 1,
        search_text: '',
        created_at: 1,
      });
    });

    const people = () => new MailUsers({ ...app, accounts: app.panel.accountStore });
    const admit = async (users = people()) => {
      const newcomer = await users.newcomer(address);
      assert.ok(newcomer);
      return { newcomer, users };
    };
    const created = async (): Promise<number> =>
      (await app.db.knex('audit_entries').where({ action: 'account.created' }).pluck('id')).length;

    it('creates one account under concurrent sign-ins', async () => {
      const { users, newcomer } = await admit();
      const before = await created();
      const known = await Promise.all([1, 2, 3].map(() => users.admit(newcomer, '::1')));
      assert.equal(new Set(known.map((each) => each?.account.id)).size, 1);
      assert.ok(known[0]);
      assert.equal((await created()) - before, 1);
    });

    it('creates no account for a mailbox that is removed meanwhile', async () => {
      const { users, newcomer } = await admit();
      await app.db.knex('mailboxes').delete();
      assert.equal(await users.admit(newcomer, '::1'), undefined);
      const accounts = await app.db.knex('accounts').where({ role: 'mail-user' }).pluck('id');
      assert.deepEqual(accounts, []);
    });

    it('does not use another account that has taken the address as its login', async () => {
      const { users, newcomer } = await admit();
      await addAccount(app, address);
      assert.equal(await users.admit(newcomer, '::1'), undefined);
      await app.db.knex('accounts').where({ login: address }).delete();
    });
  });
}
