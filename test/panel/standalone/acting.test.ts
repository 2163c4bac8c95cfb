import assert from 'node:assert/strict';
import { addAccount, addDomain, addPlan } from '../../support/fixtures.js';
import { type Page, Visitor } from '../../support/visitor.js';
import { useServedAppEach } from '../../support/served-app.js';

describe('acting as somebody else', () => {
  const { app, web } = useServedAppEach();
  let root: Visitor;
  let rootId: number;
  let northId: number;
  let dupontId: number;

  beforeEach(async () => {
    const planId = await addPlan(app);
    rootId = await addAccount(app, 'root', { role: 'administrator' });
    northId = await addAccount(app, 'north', { role: 'reseller' });
    dupontId = await addAccount(app, 'dupont', { parentId: northId, planId, name: 'Dupont SA' });
    await addAccount(app, 'other');
    await addDomain(app, 'dupont.example', 'dupont');
    await addDomain(app, 'other.example', 'other');
    root = await Visitor.signedIn(web, app, rootId);
  });

  const entries = async () =>
    (await app.db.knex('audit_entries').orderBy('id')).map(
      ({ action, actor, acting_as }) => `${action} ${actor} ${acting_as ?? '-'}`,
    );

  it('shows what the other account sees, says so on every page, and ends', async () => {
    assert.equal((await actAs(root, dupontId)).location, '/');
    const page = await root.get('/domains');
    assert.match(page.text, /You are acting as Dupont SA/);
    assert.ok(page.text.includes('dupont.example') && !page.text.includes('other.example'));
    assert.equal((await root.get('/accounts')).status, 404);
    assert.equal((await root.get('/domains/other.example/mail-settings')).status, 404);

    assert.equal((await root.post('/acting/end')).location, '/');
    const back = await root.get('/domains');
    assert.doesNotMatch(back.text, /You are acting as/);
    assert.ok(back.text.includes('other.example'));
  });

  it('records both accounts with every change', async () => {
    await actAs(root, dupontId);
    await root.get('/domains/dupont.example/mail-settings');
    const form = { version: '1', policy: 'reject', rejectText: 'Not here.', mailEnabled: '1' };
    assert.equal((await root.post('/domains/dupont.example/mail-settings', form)).status, 303);
    await root.post('/acting/end');
    assert.deepEqual((await entries()).slice(-3), [
      'acting.started root -',
      'domain-mail.changed root dupont',
      'acting.ended root dupont',
    ]);
  });

  it('is limited to lower accounts in the scope, which excludes oneself and administrators', async () => {
    const second = await addAccount(app, 'second', { role: 'administrator' });
    const foreign = await addAccount(app, 'foreign');
    const north = await Visitor.signedIn(web, app, northId);
    for (const [visitor, id] of [
      [root, rootId],
      [root, second],
      [root, 999],
      [north, northId],
      [north, rootId],
      [north, foreign],
    ] as const) {
      assert.equal((await actAs(visitor, id)).status, 404, String(id));
    }
    assert.equal((await actAs(north, dupontId)).status, 303);
  });

  it('does not nest', async () => {
    await actAs(root, northId);
    assert.equal((await actAs(root, dupontId)).status, 403);
    assert.match((await root.get('/domains')).text, /acting as north/);
  });

  it('grants no permission that the other account lacks', async () => {
    await actAs(root, northId);
    assert.equal((await root.get('/settings')).status, 404);
    assert.equal((await root.post('/domains/other.example/removal')).status, 404);
  });

  it('ends when the other account is removed or leaves the scope', async () => {
    const north = await Visitor.signedIn(web, app, northId);
    await actAs(north, dupontId);
    await app.db.knex('accounts').where({ id: dupontId }).update({ parent_id: null });
    const page = await north.get('/domains');
    assert.doesNotMatch(page.text, /You are acting as/);
    assert.ok(!page.text.includes('other.example'));
  });

  it('cannot change the other account’s name, e-mail address and password', async () => {
    const before = await app.db.knex('accounts').where({ id: dupontId }).first();
    await actAs(root, dupontId);
    assert.match((await root.get('/preferences')).text, /You are acting as Dupont SA/);
    assert.equal((await root.get('/preferences/password')).location, '/preferences');
    const password = await root.post('/preferences/password', { password: 'a new password' });
    assert.equal(password.status, 403);
    const profile = { version: '1', name: 'X', email: 'x@owners.example', theme: 'dark' };
    assert.equal((await root.post('/preferences', profile)).status, 303);
    assert.deepEqual(await app.db.knex('accounts').where({ id: dupontId }).first(), before);
    const own = await app.db.knex('accounts').where({ id: rootId }).first();
    assert.deepEqual([own.theme, own.name, own.password_hash], ['dark', 'root', null]);
  });
});

function actAs(visitor: Visitor, id: number): Promise<Page> {
  return visitor.post('/acting', { account: String(id) });
}
