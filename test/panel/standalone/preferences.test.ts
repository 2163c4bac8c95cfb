import assert from 'node:assert/strict';
import { hashPassword } from '../../../plugin/secrets/passwords.js';
import { addAccount, addDomain } from '../../support/fixtures.js';
import { lookUp } from '../../support/mail-look-up.js';
import { Visitor } from '../../support/visitor.js';
import { useServedAppEach } from '../../support/served-app.js';

describe('the preferences', () => {
  const { app, web } = useServedAppEach();
  let visitor: Visitor;
  let id: number;

  beforeEach(async () => {
    id = await addAccount(app, 'dupont', { name: 'Dupont' });
    await addDomain(app, 'example.com', 'dupont');
    visitor = await Visitor.signedIn(web, app, id);
  });

  const own = () => app.db.knex('accounts').where({ id }).first();
  const profile = { version: '1', name: 'Dupont', email: 'dupont@owners.example', theme: 'auto' };

  it('change the viewer’s name and e-mail address, and what depends on them', async () => {
    const fields = { ...profile, name: 'Évrard', email: 'Evrard@owners.example', locale: 'fr' };
    assert.equal((await visitor.post('/preferences', fields)).location, '/preferences');
    const { name, email, locale } = await own();
    assert.deepEqual([name, email, locale], ['Évrard', 'evrard@owners.example', 'fr']);
    assert.match((await visitor.get('/preferences')).text, /<html lang="fr"/);
    assert.match((await visitor.get('/domains?q=evrard')).text, /example\.com/);
    assert.deepEqual(await lookUp(app, 'postfix_aliases', 'postmaster@example.com'), [
      'evrard@owners.example',
    ]);
  });

  it('are changed completely or not at all', async () => {
    await app.db.knex.raw(
      "CREATE TRIGGER stop BEFORE UPDATE OF theme ON accounts BEGIN SELECT RAISE(ABORT, 'stop'); END",
    );
    const fields = { ...profile, name: 'Évrard', theme: 'dark' };
    assert.equal((await visitor.post('/preferences', fields)).status, 500);
    const { name, theme } = await own();
    assert.deepEqual([name, theme], ['Dupont', 'auto']);
  });

  it('keep the account’s version when nothing changes', async () => {
    const { version } = await own();
    assert.equal((await visitor.post('/preferences', profile)).status, 303);
    assert.equal((await own()).version, version);
  });

  it('answer with a reason at each field, or with 409 when somebody else was faster', async () => {
    const refused = await visitor.post('/preferences', { ...profile, name: '', email: 'x' });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /id="name-error"[\s\S]*id="email-error"/);
    assert.equal((await visitor.post('/preferences', { ...profile, version: '7' })).status, 409);
    assert.equal((await own()).name, 'Dupont');
  });

  it('change the appearance and return to the page of the button', async () => {
    const referer = { referer: `${web.url}/domains?q=exa` };
    const dark = await visitor.post('/preferences/appearance', { theme: 'dark' }, referer);
    assert.equal(dark.location, '/domains?q=exa');
    assert.match((await visitor.get('/domains')).text, /data-bs-theme="dark"/);
    const french = await visitor.post('/preferences/appearance', { locale: 'fr' });
    assert.equal(french.location, '/');
    const { theme, locale } = await own();
    assert.deepEqual([theme, locale], ['dark', 'fr']);
  });

  it('never redirect to another site', async () => {
    for (const referer of ['https://evil.example/domains', '//evil.example', 'nonsense']) {
      const page = await visitor.post('/preferences/appearance', { theme: 'light' }, { referer });
      assert.equal(page.location, '/', referer);
    }
  });

  it('reject an unknown theme', async () => {
    const page = await visitor.post('/preferences/appearance', { theme: 'pink' });
    assert.equal(page.status, 422);
    assert.equal((await own()).theme, 'auto');
  });

  it('set a first password directly, and later ones only with the current one', async () => {
    const before = (await visitor.get('/preferences/password')).text;
    assert.doesNotMatch(before, /name="current"|Change the password|New password/);
    assert.match(before, /<h1>Set a password<[^]*Set the password<\/button>/);
    assert.match((await visitor.get('/preferences')).text, />Set a password</);
    const short = await visitor.post('/preferences/password', { password: '123456789' });
    assert.equal(short.status, 422);
    assert.doesNotMatch(short.text, /123456789/);
    const weak = await visitor.post('/preferences/password', { password: 'motdepasse2026' });
    assert.match(weak.text, /id="password-error"[\s\S]*too easy to guess/);
    const first = await visitor.post('/preferences/password', { password: 'first password' });
    assert.equal(first.location, '/');
    assert.match((await visitor.get('/')).text, /Your password has been set\./);
    assert.match((await visitor.get('/preferences')).text, />Change the password</);

    assert.match((await visitor.get('/preferences/password')).text, /name="current"/);
    for (const current of ['', 'wrong']) {
      const fields = { current, password: 'second password' };
      assert.equal((await visitor.post('/preferences/password', fields)).status, 422, current);
    }
    const fields = { current: 'first password', password: 'second password' };
    assert.equal((await visitor.post('/preferences/password', fields)).status, 303);
    assert.equal(
      await app.panel.signIn.withPassword('dupont', 'second password', { ip: '::1' }),
      id,
    );
  });

  it('end other sessions and sign-in links with a new password', async () => {
    const elsewhere = await Visitor.signedIn(web, app, id);
    const token = await app.panel.signIn.createLink(id);
    await visitor.post('/preferences/password', { password: 'first password' });
    assert.equal((await visitor.get('/domains')).status, 200);
    assert.equal(
      (await elsewhere.get('/domains')).location?.split('&')[0],
      '/sign-in?to=%2Fdomains',
    );
    assert.equal((await new Visitor(web).get(`/sign-in/${token}`)).status, 410);
  });

  it('limit attempts to guess the current password', async () => {
    await app.db
      .knex('accounts')
      .where({ id })
      .update({ password_hash: await hashPassword('x') });
    const fields = { current: 'wrong', password: 'second password' };
    for (let attempt = 0; attempt < 10; attempt += 1) {
      assert.equal((await visitor.post('/preferences/password', fields)).status, 422);
    }
    const refused = await visitor.post('/preferences/password', fields);
    assert.equal(refused.status, 429);
    assert.equal(Number(refused.headers.get('retry-after')) % 60, 0);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
  });
});
