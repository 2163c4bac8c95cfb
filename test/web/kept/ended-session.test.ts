import assert from 'node:assert/strict';
import { addAccount, addPlan } from '../../support/fixtures.js';
import { engines } from '../../support/app.js';
import { useServedAppEach } from '../../support/served-app.js';
import { Visitor } from '../../support/visitor.js';

const typed = {
  title: 'The Office <b>',
  host: 'smtp.provider.example',
  port: 'nonsense',
  user: 'office',
};
const secret = 'Pa55-of-office';

for (const engine of engines) {
  describe(`a form that is sent after the end of the session, on ${engine}`, () => {
    const { app, web } = useServedAppEach(engine);
    let paul: Visitor;
    let paulId: number;
    let adminId: number;

    beforeEach(async () => {
      const planId = await addPlan(app);
      paulId = await addAccount(app, 'paul', { planId });
      adminId = await addAccount(app, 'root', { role: 'administrator' });
      paul = await Visitor.signedIn(web, app, paulId);
    });

    const endSessions = async (): Promise<void> => {
      await app.db.knex('sessions').delete();
    };
    const signIn = async (visitor: Visitor, accountId: number, to: string) => {
      const link = await app.panel.signIn.createLink(accountId);
      return await visitor.post(`/sign-in/${link}`, { to });
    };
    /** Opens the page, loses the session, and submits. */
    const submitLate = async (visitor: Visitor, path = '/smtp-servers/new') => {
      await visitor.get(path);
      await endSessions();
      const { csrfToken } = visitor.credentials;
      return await visitor.post(`${path}?csrfToken=${csrfToken}`, { ...typed, password: secret });
    };

    it('is shown again after the sign-in, with what was typed, and saves nothing by itself', async () => {
      const late = await submitLate(paul);
      assert.equal(late.status, 303);
      assert.match(
        late.location ?? '',
        /^\/sign-in\?to=%2Fsmtp-servers%2Fnew%3Fkept%3D[\w-]+&because=kept$/,
      );
      const page = await paul.get(late.location ?? '');
      assert.match(page.text, /Your session ended before the form was sent/);
      const entered = await signIn(paul, paulId, toIn(late.location));
      assert.equal(entered.location, toIn(late.location));
      const form = await paul.get(entered.location ?? '');
      assert.equal(form.status, 200);
      assert.match(form.text, /nothing has been saved/);
      assert.match(form.text, /value="The Office &lt;b&gt;"/);
      assert.match(form.text, /value="nonsense"/);
      assert.match(form.text, /What you typed here has been kept/);
      assert.ok(!form.text.includes(secret));
      assert.equal((await app.db.knex('smtp_servers').count({ n: '*' }).first())?.['n'], 0);
    });

    it('is stored encrypted, and deleted once it is accepted', async () => {
      const late = await submitLate(paul);
      const rows = await app.db.knex('kept_forms');
      assert.equal(rows.length, 1);
      assert.ok(!JSON.stringify(rows).includes('provider'));
      const { location = '' } = await signIn(paul, paulId, toIn(late.location));
      const { text } = await paul.get(location);
      const kept = /name="kept" value="([^"]*)"/.exec(text)?.[1] ?? '';
      const sent = {
        ...typed,
        kept,
        port: '587',
        security: 'starttls',
        authentication: 'login',
        address: 'office@shop.example',
        usage: 'default',
      };
      const saved = await paul.post('/smtp-servers/new', sent);
      assert.equal(saved.status, 303, saved.text);
      assert.equal((await app.db.knex('kept_forms')).length, 0);
      const [server] = await app.db.knex('smtp_servers').select('id');
      const stored = await app.features.smtpServers.find(await viewer(paulId), server.id);
      assert.equal(stored.hasSecret, true);
    });

    const viewer = async (accountId: number) => {
      const found = await app.panel.viewerOf({ accountId, origin: 'test' });
      assert.ok(found !== undefined);
      return found;
    };

    it('is given to the same account alone', async () => {
      const late = await submitLate(paul);
      const other = await addAccount(app, 'marie', { planId: 1 });
      const marie = new Visitor(web);
      const { location = '' } = await signIn(marie, other, toIn(late.location));
      const { text } = await marie.get(location);
      assert.match(text, /no longer available/);
      assert.ok(!text.includes('The Office'));
      const kept = /kept=([\w-]+)/.exec(location)?.[1] ?? '';
      assert.equal((await marie.post('/smtp-servers/new', { title: '', kept })).status, 422);
      assert.equal((await app.db.knex('kept_forms')).length, 1, 'nobody else removes it');
    });

    it('is given to the same page alone', async () => {
      const late = await submitLate(paul);
      await signIn(paul, paulId, '/');
      const token = /kept=([\w-]+)/.exec(toIn(late.location))?.[1] ?? '';
      const { text } = await paul.get(`/api-tokens/new?kept=${token}`);
      assert.ok(!text.includes('The Office'));
    });

    it('is kept for an hour', async () => {
      const late = await submitLate(paul);
      await app.db.knex('kept_forms').update({ expires_at: Date.now() - 1 });
      const { location = '' } = await signIn(paul, paulId, toIn(late.location));
      assert.match((await paul.get(location)).text, /no longer available/);
    });

    it('is one of the last five of a person', async () => {
      await paul.get('/smtp-servers/new');
      await endSessions();
      const { csrfToken } = paul.credentials;
      const post = () => paul.post(`/smtp-servers/new?csrfToken=${csrfToken}`, typed);
      await post();
      await Promise.all(Array.from({ length: 10 }, post));
      assert.equal((await app.db.knex('kept_forms')).length, 5);
    });

    it('is not kept for strangers, who could fill the database', async () => {
      const stranger = new Visitor(web);
      const forged = await stranger.post('/smtp-servers/new?csrfToken=abcdefgh', typed);
      assert.match(forged.location ?? '', /because=undone$/);
      assert.equal((await app.db.knex('kept_forms')).length, 0);
      const { text } = await stranger.get(forged.location ?? '');
      assert.match(text, /your last action was not carried out/);
    });

    it('is not kept for a person who was suspended or removed since', async () => {
      await paul.get('/smtp-servers/new');
      await app.panel.accounts.setSuspended(app.operator, paulId, true);
      const suspended = await paul.post('/smtp-servers/new', typed);
      assert.match(suspended.location ?? '', /because=undone$/);
      await app.panel.accounts.remove(app.operator, paulId);
      const removed = await paul.post('/smtp-servers/new', typed);
      assert.match(removed.location ?? '', /because=undone$/);
      assert.equal((await app.db.knex('kept_forms')).length, 0);
    });

    it('is limited for each person, since whoever sends it has not signed in', async () => {
      await paul.get('/smtp-servers/new');
      await endSessions();
      for (let time = 0; time < 30; time += 1) {
        await paul.post('/smtp-servers/new', typed);
      }
      const before = await app.db.knex('kept_forms');
      assert.equal(before.length, 5);
      const late = await paul.post('/smtp-servers/new', typed);
      assert.match(late.location ?? '', /because=undone$/);
      assert.deepEqual(await app.db.knex('kept_forms'), before);
    });

    it('keeps its uploaded file too', async () => {
      await paul.get('/smtp-servers/new');
      await endSessions();
      const { csrfToken } = paul.credentials;
      const late = await paul.send(
        `/smtp-servers/new?csrfToken=${csrfToken}`,
        typed,
        Buffer.from('x'),
      );
      const { location = '' } = await signIn(paul, paulId, toIn(late.location));
      assert.match((await paul.get(location)).text, /The picture that you chose has been kept/);
    });

    it('never keeps a password that proves who is there', async () => {
      await paul.get('/preferences/password');
      await endSessions();
      const late = await paul.post('/preferences/password', {
        current: 'old one',
        password: 'new',
      });
      const { location = '' } = await signIn(paul, paulId, toIn(late.location));
      await app.db.knex('accounts').where({ id: paulId }).update({ password_hash: 'x' });
      const { text } = await paul.get(location);
      assert.match(text, /id="current-note"/);
      assert.match(text, /For security, this was not kept/);
      assert.match(text, /id="password-note"/);
    });

    it('is shown again when the person has signed in again in another tab', async () => {
      await paul.get('/smtp-servers/new');
      const { csrfToken } = paul.credentials;
      await endSessions();
      await signIn(paul, paulId, '/');
      const late = await paul.post(`/smtp-servers/new?csrfToken=${csrfToken}`, {
        ...typed,
        csrfToken,
      });
      assert.match(late.location ?? '', /^\/smtp-servers\/new\?kept=/);
      assert.match((await paul.get(late.location ?? '')).text, /value="The Office &lt;b&gt;"/);
      assert.equal((await app.db.knex('smtp_servers').count({ n: '*' }).first())?.['n'], 0);
    });

    it('of somebody else in the same browser is refused', async () => {
      await paul.get('/smtp-servers/new');
      const { csrfToken } = paul.credentials;
      await signIn(paul, adminId, '/');
      const late = await paul.post(`/smtp-servers/new?csrfToken=${csrfToken}`, {
        ...typed,
        csrfToken,
      });
      assert.equal(late.status, 403);
      assert.equal((await app.db.knex('kept_forms')).length, 0);
    });

    it('that was filled while acting as somebody is shown once that is so again', async () => {
      const root = await Visitor.signedIn(web, app, adminId);
      await root.post('/acting', { account: String(paulId) });
      const late = await submitLate(root);
      const entered = await signIn(root, adminId, toIn(late.location));
      assert.match(entered.location ?? '', new RegExp(`^/accounts/${paulId}/acting\\?to=`));
      const again = await root.get(entered.location ?? '');
      assert.match(again.text, /Act as paul again\?/);
      const to = /name="to" value="([^"]*)"/.exec(again.text)?.[1] ?? '';
      const acting = await root.post('/acting', { account: String(paulId), to });
      assert.equal(acting.location, to);
      const { text } = await root.get(to);
      assert.match(text, /You are acting as paul/);
      assert.match(text, /value="The Office &lt;b&gt;"/);
    });
  });
}

describe('a page that is opened without a session', () => {
  const { app, web } = useServedAppEach();
  let id: number;

  beforeEach(async () => {
    id = await addAccount(app, 'root', { role: 'administrator', passwordHash: undefined });
  });

  it('is opened after the sign-in, with its query', async () => {
    const visitor = new Visitor(web);
    const { location = '' } = await visitor.get('/domains?q=a%20b&mail=off');
    assert.equal(location, '/sign-in?to=%2Fdomains%3Fq%3Da%2Bb%26mail%3Doff');
    const form = await visitor.get(location);
    assert.match(form.text, /name="to" value="\/domains\?q=a\+b&amp;mail=off"/);
    const refused = await visitor.post('/sign-in', {
      login: 'root',
      password: 'x',
      to: '/domains',
    });
    assert.match(refused.text, /name="to" value="\/domains"/);
    const language = await visitor.post('/language', { locale: 'fr', to: '/domains?q=a' });
    assert.equal(language.location, '/sign-in?to=%2Fdomains%3Fq%3Da');
  });

  it('says that the session has ended to whoever had one', async () => {
    const visitor = await Visitor.signedIn(web, app, id);
    await app.db.knex('sessions').delete();
    const { location = '' } = await visitor.get('/plans');
    assert.equal(location, '/sign-in?to=%2Fplans&because=ended');
    assert.match((await visitor.get(location)).text, /Your session has ended/);
  });

  it('is opened at once by whoever has signed in in another tab', async () => {
    const visitor = await Visitor.signedIn(web, app, id);
    assert.equal((await visitor.get('/sign-in?to=%2Fplans')).location, '/plans');
  });

  for (const to of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '/sign-out',
    '/sign-in?to=/x',
    `/${'a'.repeat(5000)}`,
  ]) {
    it(`leads nowhere else: ${to.slice(0, 30)}`, async () => {
      const visitor = new Visitor(web);
      const link = await app.panel.signIn.createLink(id);
      const { location = '' } = await visitor.post(`/sign-in/${link}`, { to });
      assert.ok(location === '/' || location === '/evil.example', location);
    });
  }
});

function toIn(location = ''): string {
  return new URLSearchParams(location.split('?')[1]).get('to') ?? '';
}
