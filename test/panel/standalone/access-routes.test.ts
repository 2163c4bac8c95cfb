import assert from 'node:assert/strict';
import { hashPassword } from '../../../plugin/secrets/passwords.js';
import { addAccount } from '../../support/fixtures.js';
import { chooseMailHost, lastMailedPath, queuedMails } from '../../support/panel-mails.js';
import { useServedApp } from '../../support/served-app.js';
import { type Page, Visitor } from '../../support/visitor.js';

const password = 'nine small lamps glowing';

describe('the pages for people without a password', () => {
  const { app, web } = useServedApp();
  let reseller: Visitor;
  let administrator: Visitor;
  let resellerId: number;

  before(async () => {
    const rootId = await addAccount(app, 'root', { role: 'administrator' });
    resellerId = await addAccount(app, 'north', { role: 'reseller' });
    administrator = await Visitor.signedIn(web, app, rootId);
    reseller = await Visitor.signedIn(web, app, resellerId);
  });

  const idOf = async (login: string): Promise<number> =>
    (await app.db.knex('accounts').where({ login }).first()).id;
  const created = async (login: string, more: Record<string, string> = {}): Promise<Page> =>
    await reseller.post('/accounts/new', { ...newAccount(login, 'invitation'), ...more });

  describe('without a mail server', () => {
    it('name whom to ask, and have no form that leads nowhere', async () => {
      const visitor = new Visitor(web);
      assert.match((await visitor.get('/sign-in')).text, /href="\/forgotten-password"/);
      const page = await visitor.get('/forgotten-password');
      assert.match(page.text, /your reseller or the administrator/);
      assert.doesNotMatch(page.text, /action="\/forgotten-password"/);
      const sent = await visitor.post('/forgotten-password', { login: 'north' });
      assert.equal(sent.location, '/forgotten-password');
    });

    it('offer links to hand over instead of invitations by mail', async () => {
      const form = await reseller.get('/accounts/new');
      assert.doesNotMatch(form.text, /value="invitation"/);
      assert.match(form.text, /no mail server for its own mails/);
      assert.doesNotMatch(form.text, /href="\/settings\/panel-mail"/);
      const ofAdministrator = await administrator.get('/accounts/new');
      assert.match(ofAdministrator.text, /href="\/settings\/panel-mail">Choose one</);
      const page = await reseller.post('/accounts/new', newAccount('bare', 'invitation'));
      assert.equal(page.status, 200);
      assert.match(page.text, /new-password\//);
      assert.match(page.text, /It has not been sent/);
    });
  });

  describe('with a mail server', () => {
    before(async () => {
      await chooseMailHost(app);
      await app.db.knex('rate_limits').delete();
    });

    it('invite to a new account, whose form is used up by a good password only', async () => {
      assert.equal((await created('dupont', { locale: 'fr' })).location, '/accounts');
      const list = (await reseller.get('/accounts')).text;
      assert.match(list, /An invitation is on its way to dupont@owners\.example/);
      assert.match(list, /href="\/domains\/new\?owner=dupont">Add a domain for this customer</);
      assert.match(list, /Invited until/);
      const mail = (await queuedMails(app)).at(-1);
      assert.deepEqual(
        [mail?.kind, mail?.accountId, mail?.fields],
        ['invitation', await idOf('dupont'), { login: 'dupont', name: 'dupont', days: 3 }],
      );

      const path = mail?.path ?? '';
      const guest = new Visitor(web);
      for (const headers of [{}, { 'sec-purpose': 'prefetch' }, { 'accept-language': 'en' }]) {
        const page = await guest.get(path, headers);
        assert.equal(page.status, 200);
        assert.match(page.text, /<h1>Choisir un mot de passe<\/h1>/);
        assert.match(page.text, /value="dupont"/);
      }
      assert.equal((await fetch(web.url + path, { method: 'HEAD' })).status, 200);
      for (const weak of ['', 'short', 'aaaaaaaaaaaa', 'dupont-dupont', 'x'.repeat(300)]) {
        const refused = await guest.post(path, { password: weak });
        assert.equal(refused.status, 422, weak);
        assert.match(refused.text, /id="password-error"/);
      }
      assert.equal((await guest.post(path, { password })).location, '/');
      const welcome = await guest.get('/domains');
      assert.match(welcome.text, /Bienvenue/);
      const again = await new Visitor(web).get(path);
      assert.equal(again.status, 410);
      assert.match(again.text, /href="\/forgotten-password"/);
      assert.match((await reseller.get('/accounts')).text, />dupont<[\s\S]*20\d\d/);
    });

    it('invite again by mail or by hand, which ends the earlier link', async () => {
      await created('again');
      const first = await lastMailedPath(app);
      const url = `/accounts/${await idOf('again')}`;
      assert.match((await reseller.get(url)).text, /Send the invitation again/);
      assert.equal((await reseller.get(`${url}/invitation`)).location, url);
      assert.equal((await reseller.post(`${url}/invitation`, { way: 'mail' })).location, url);
      assert.match((await reseller.get(url)).text, /on its way to again@owners\.example/);
      const second = await lastMailedPath(app);
      assert.equal((await new Visitor(web).get(first)).status, 410);
      const shown = await reseller.post(`${url}/invitation`, { way: 'hand' });
      assert.match(shown.text, /Earlier invitations no longer work/);
      const third = /value="http:\/\/[^/]+(\/new-password\/[^"]+)"/.exec(shown.text)?.[1] ?? '';
      assert.equal((await new Visitor(web).get(second)).status, 410);
      assert.equal((await new Visitor(web).get(third)).status, 200);
      assert.equal((await reseller.post(`${url}/invitation`, { way: 'pigeon' })).status, 422);
    });

    it('limit how often one account is invited by mail, not by hand', async () => {
      await created('often');
      const url = `/accounts/${await idOf('often')}/invitation`;
      for (let n = 0; n < 5; n += 1) {
        assert.equal((await administrator.post(url, { way: 'mail' })).status, 303);
      }
      assert.equal((await administrator.post(url, { way: 'mail' })).status, 429);
      assert.equal((await administrator.post(url, { way: 'hand' })).status, 200);
    });

    it('limit how many invitations one address receives, whoever it belongs to', async () => {
      const victim = { email: 'victim@elsewhere.example' };
      for (let n = 0; n < 20; n += 1) {
        assert.equal((await created(`victim-${n}`, victim)).location, '/accounts', String(n));
      }
      assert.equal((await created('victim-20', victim)).status, 422);
      const url = `/accounts/${await idOf('victim-0')}/invitation`;
      assert.equal((await administrator.post(url, { way: 'mail' })).status, 429);
      assert.equal((await administrator.post(url, { way: 'hand' })).status, 200);
      await app.db.knex('rate_limits').delete();
    });

    it('keep the form when a reseller has invited too many people', async () => {
      const used = { key: `invitation-sender:${resellerId}`, hits: 200 };
      await app.db.knex('rate_limits').where({ key: used.key }).delete();
      await app.db.knex('rate_limits').insert({ ...used, resets_at: Date.now() + 600_000 });
      const page = await created('beyond');
      assert.equal(page.status, 422);
      assert.match(page.text, /href="#access"/);
      assert.match(page.text, /value="beyond"/);
      const first = await created('beyond', { access: 'link' });
      assert.equal(first.status, 200);
      assert.doesNotMatch(first.text, /Earlier invitations/);
      await app.db.knex('rate_limits').delete();
    });

    it('answer a forgotten password alike, whoever asks, and mail the owner', async () => {
      const passwordHash = await hashPassword('the old password');
      const id = await addAccount(app, 'marie', { passwordHash });
      const elsewhere = await Visitor.signedIn(web, app, id);
      const before = (await queuedMails(app)).length;
      const answers: string[] = [];
      for (const login of ['marie', 'nobody', 'marie@owners.example', 'x@nowhere.example', '<b>']) {
        const page = await new Visitor(web).post('/forgotten-password', { login });
        assert.equal(page.status, 200);
        answers.push(page.text.replaceAll(/value="[^"]*"/g, ''));
      }
      assert.equal(new Set(answers).size, 1);
      assert.match(answers[0] ?? '', /valid for 60 minutes/);
      await app.panel.forgotten.settled();
      assert.equal((await queuedMails(app)).length, before + 2);

      const path = await lastMailedPath(app);
      const guest = new Visitor(web);
      assert.match((await guest.get(path)).text, /ends all other sessions/);
      assert.equal((await guest.post(path, { password })).location, '/');
      assert.match(
        (await guest.get('/domains')).text,
        /All other sessions of your account have ended/,
      );
      assert.equal(
        (await elsewhere.get('/domains')).location,
        '/sign-in?to=%2Fdomains&because=ended',
      );
      assert.equal((await new Visitor(web).post(path, { password })).status, 410);
    });

    it('refuse a form from another site, an empty one, and too many', async () => {
      const visitor = new Visitor(web);
      const foreign = { 'sec-fetch-site': 'cross-site' };
      const forged = await visitor.post('/forgotten-password', { login: 'marie' }, foreign);
      assert.equal(forged.status, 403);
      assert.equal((await visitor.post('/forgotten-password', { login: '' })).status, 422);
      const long = { login: 'x'.repeat(321) };
      assert.equal((await visitor.post('/forgotten-password', long)).status, 422);
      const statuses: number[] = [];
      for (let n = 0; n < 12; n += 1) {
        statuses.push((await visitor.post('/forgotten-password', { login: `no-${n}` })).status);
      }
      assert.equal(statuses.at(-1), 429);
      await app.db.knex('rate_limits').delete();
    });

    it('are gone with the account’s suspension', async () => {
      await created('barred');
      const path = await lastMailedPath(app);
      await app.panel.accounts.setSuspended(app.operator, await idOf('barred'), true);
      assert.equal((await new Visitor(web).get(path)).status, 410);
      assert.equal((await new Visitor(web).post(path, { password })).status, 410);
      const page = (await reseller.get(`/accounts/${await idOf('barred')}`)).text;
      assert.match(page, /Invitation expired/);
      assert.doesNotMatch(page, /name="way"/);
    });

    it('lead from one step to the next, with the owner filled in', async () => {
      assert.match((await reseller.get('/domains/new?owner=dupont')).text, /value="dupont"/);
      const hostile = await reseller.get('/domains/new?owner=%22%3E%3Cscript%3E&owner=x');
      assert.doesNotMatch(hostile.text, /"><script>/);
      const domain = { name: 'first.example', owner: 'dupont', locale: 'en' };
      const settings = (await reseller.post('/domains/new', domain)).location ?? '';
      const next = '/domains/first.example/mailboxes/new';
      assert.ok((await reseller.get(settings)).text.includes(`href="${next}">Add a mailbox<`));
      assert.equal((await reseller.get(next)).status, 200);

      const south = { ...newAccount('south', 'invitation'), role: 'reseller' };
      await administrator.post('/accounts/new', south);
      const list = (await administrator.get('/accounts')).text;
      assert.match(
        list,
        /href="\/accounts\/new\?reseller=south">Add a customer for this reseller</,
      );
      assert.match((await administrator.get('/accounts/new?reseller=south')).text, /value="south"/);
    });

    it('show no next step that a planted cookie names', async () => {
      for (const [key, path, isShown] of [
        ['accounts.next.domain', '/domains/new?owner=dupont', true],
        ['accounts.next.domain', '//evil.example/', false],
        ['accounts.next.domain', 'https://evil.example/', false],
        ['accounts.next.domain', '/\\evil.example', false],
        ['accounts.next.domain', 'javascript:alert(1)', false],
        ['accounts.errors.own', '/audit?own=1', false],
      ] as const) {
        const notice = `accounts.notice-saved ${JSON.stringify([{ subject: 'x' }, { key, path }])}`;
        const cookies = new Map([
          ...reseller.cookies,
          ['relais_notice', encodeURIComponent(notice)],
        ]);
        const { text } = await new Visitor(web, cookies).get('/domains');
        assert.match(text, /x has been saved/);
        assert.equal(text.includes(`href="${path}"`) && text.includes('btn btn-sm'), isShown, path);
      }
    });
  });
});

function newAccount(login: string, access: string): Record<string, string> {
  return { login, name: login, email: `${login}@owners.example`, access };
}
