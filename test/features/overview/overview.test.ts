import assert from 'node:assert/strict';
import { DomainName } from '../../../plugin/addresses/index.js';
import { newMailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { placeholderAddress } from '../../../plugin/panel/standalone/accounts/placeholder-address.js';
import { joinFeatures } from '../../../plugin/features.js';
import { observe } from '../../../plugin/panel/overview/facts.js';
import {
  type TestApp,
  type TestWeb,
  engines,
  openTestApp,
  startTestWeb,
} from '../../support/app.js';
import { addAccount, addDomain, addPlan } from '../../support/fixtures.js';
import { chooseMailHost } from '../../support/panel-mails.js';
import { Visitor } from '../../support/visitor.js';

for (const engine of engines) {
  describe(`the first page on ${engine}`, () => {
    let app: TestApp;
    let web: TestWeb;
    let root: Visitor;
    let rootId: number;

    beforeEach(async () => {
      app = await openTestApp(engine);
      web = await startTestWeb(app);
      rootId = await addAccount(app, 'root', { role: 'administrator' });
      root = await Visitor.signedIn(web, app, rootId);
    });
    afterEach(async () => {
      await web.stop();
      await app.remove();
    });

    it('lists the steps of a new installation, and knows which are done', async () => {
      assert.deepEqual(await done(root), {
        'public-name': false,
        'mail-host': false,
        way: false,
        password: false,
        plan: false,
        customer: false,
        domain: false,
        exchangers: false,
        mailbox: false,
        'test-message': false,
      });
      await addPlan(app);
      await addAccount(app, 'marie');
      await addDomain(app, 'marie.example', 'marie');
      await observe(app.db, 'host-rendered', 'host');
      await chooseMailHost(app);
      await observe(app.db, 'mx-here', 'marie.example');
      assert.deepEqual(await done(root), {
        'public-name': false,
        'mail-host': true,
        way: true,
        password: false,
        plan: true,
        customer: true,
        domain: true,
        exchangers: true,
        mailbox: false,
        'test-message': false,
      });
      await observe(app.db, 'mx-here', 'removed.example');
      assert.equal((await done(root))['exchangers'], false);
    });

    it('says why each open step matters, and leads to the page or names the command', async () => {
      const { text } = await root.get('/');
      for (const path of ['/preferences/password', '/plans/new', '/accounts/new', '/domains/new']) {
        assert.ok(text.includes(`href="${path}"`), path);
        assert.equal((await root.get(path)).status, 200);
      }
      assert.match(text, /<code>npx relais render --target /);
      assert.match(text, /<code>RELAIS_PUBLIC_URL=https:\/\/mail\.example\.com\/ npm start</);
      assert.equal(text.match(/Add a domain first\./g)?.length, 2, 'MX records and mailboxes');
      assert.match(text, /Add a mailbox first\./);
      assert.doesNotMatch(text, /"\/checklist\/exchangers"|"\/test-message"/);
      await addAccount(app, 'marie');
      await addDomain(app, 'marie.example', 'marie');
      await addMailbox(app, 'marie.example');
      const later = (await root.get('/')).text;
      assert.match(later, /"\/checklist\/exchangers"[^]*href="\/test-message"/);
      await app.db.knex('mailboxes').delete();
      assert.match((await root.get('/')).text, /href="\/domains\/marie\.example\/mailboxes\/new"/);
    });

    it('can put the checklist away and bring it back, recorded in the activity log', async () => {
      await root.get('/');
      await root.post('/checklist');
      const away = await root.get('/');
      assert.deepEqual(stepsIn(away.text), {});
      assert.match(away.text, /has been put away/);
      await root.post('/checklist', { shown: '1' });
      assert.equal(Object.keys(stepsIn((await root.get('/')).text)).length, 10);
      const log = (await root.get('/audit')).text;
      assert.match(log, /Set-up checklist put away/);
      assert.match(log, /Set-up checklist shown again/);
      const other = await addAccount(app, 'second', { role: 'administrator' });
      const second = await Visitor.signedIn(web, app, other);
      assert.equal(Object.keys(stepsIn((await second.get('/')).text)).length, 10);
    });

    it('shows no checklist once all is done, until it is asked for', async () => {
      await app.db.knex('accounts').where({ id: rootId }).update({ password_hash: 'x' });
      await addPlan(app);
      await addAccount(app, 'marie');
      await addDomain(app, 'marie.example', 'marie');
      await addMailbox(app, 'marie.example');
      await observe(app.db, 'host-rendered', 'host');
      await chooseMailHost(app);
      await observe(app.db, 'mx-here', 'marie.example');
      await observe(app.db, 'mail-arrived', 'anna@marie.example');
      assert.notDeepEqual(stepsIn((await root.get('/')).text), {});
      Object.assign(app.config, { publicUrl: new URL('https://mail.example.com/') });
      const again = await startTestWeb({ ...app, features: await joinFeatures(app.panel, app) });
      const visitor = await Visitor.signedIn(again, app, rootId);
      assert.deepEqual(stepsIn((await visitor.get('/')).text), {});
      const shown = stepsIn((await visitor.get('/?checklist=shown')).text);
      assert.ok(Object.values(shown).length > 0 && Object.values(shown).every(Boolean));
      await again.stop();
    });

    it('counts what an account has, beside the limits of its plan', async () => {
      const planId = await addPlan(app);
      await app.db
        .knex('plans')
        .where({ id: planId })
        .update({ max_mailboxes: 7, max_smtp_servers: 3 });
      const marie = await addAccount(app, 'marie', { planId });
      for (const name of ['one.example', 'two.example']) {
        await addDomain(app, name, 'marie');
      }
      await addMailbox(app, 'one.example');
      await addAccount(app, 'paul');
      await addDomain(app, 'paul.example', 'paul');
      const shown = figuresIn((await (await Visitor.signedIn(web, app, marie)).get('/')).text);
      assert.equal(shown['Domains'], '2');
      assert.equal(shown['Mailboxes'], '1 at most 7 in each domain');
      assert.equal(shown['SMTP servers'], '0 of 3 in your plan');
      assert.equal(shown['Customers'], undefined);
      const all = figuresIn((await root.get('/')).text);
      assert.deepEqual([all['Customers'], all['Domains']], ['2', '3']);
    });

    it('says what needs attention, with a link to exactly these rows', async () => {
      const marie = await addAccount(app, 'marie');
      await addDomain(app, 'off.example', 'marie');
      await addDomain(app, 'on.example', 'marie');
      const visitor = await Visitor.signedIn(web, app, marie);
      assert.match((await visitor.get('/')).text, /Nothing needs your attention/);
      await app.db.knex('domains').where({ name: 'off.example' }).update({ mail_enabled: 0 });
      await addMailbox(app, 'on.example');
      await app.db.knex('mailboxes').update({ suspended: 1 });
      const { text } = await visitor.get('/');
      for (const [link, domain] of [
        ['1 domain whose mail service is off', 'off.example'],
        ['1 suspended mailbox', 'on.example'],
      ] as const) {
        const path = new RegExp(`href="([^"]+)">${link}<`).exec(text)?.[1] ?? '';
        const list = (await visitor.get(path)).text;
        assert.deepEqual(
          [...list.matchAll(/href="\/domains\/([^"/]+)\/mail-settings["?]/g)].map(
            ([, name]) => name,
          ),
          [domain],
          link,
        );
      }
    });

    it('tells the first administrator that their address is a placeholder', async () => {
      const says = /href="\/preferences">1 placeholder instead of your e-mail address/;
      assert.doesNotMatch((await root.get('/')).text, says);
      await app.db.knex('accounts').where({ id: rootId }).update({ email: placeholderAddress });
      assert.match((await root.get('/')).text, says);
      const other = await addAccount(app, 'second', { role: 'administrator' });
      const second = await Visitor.signedIn(web, app, other);
      assert.doesNotMatch((await second.get('/')).text, /placeholder/);
    });

    it('tells administrators alone of a mail host without a certificate', async () => {
      const says = /href="\/settings">1 mail host without a certificate/;
      await app.features.settings.change(app.operator, {
        'mail-ports': ['imap 143 unencrypted', 'imaps 993'],
      });
      assert.match((await root.get('/')).text, says);
      const marie = await Visitor.signedIn(web, app, await addAccount(app, 'marie'));
      assert.doesNotMatch((await marie.get('/')).text, /certificate/);
      await app.features.settings.change(app.operator, { 'mail-ports': ['imap 143', 'imaps 993'] });
      assert.doesNotMatch((await root.get('/')).text, says);
    });

    it('tells everybody what to do first, and who does it', async () => {
      const planId = await addPlan(app);
      const north = await addAccount(app, 'north', { role: 'reseller', planId });
      const reseller = await Visitor.signedIn(web, app, north);
      assert.match(
        (await reseller.get('/')).text,
        /<a class="btn btn-primary" href="\/accounts\/new">/,
      );
      const marieId = await addAccount(app, 'marie', { planId, parentId: north });
      assert.match(
        (await reseller.get('/')).text,
        /<a class="btn btn-primary" href="\/domains\/new">/,
      );
      const marie = await Visitor.signedIn(web, app, marieId);
      assert.match((await marie.get('/')).text, /No domain yet[^]*Your provider adds your domains/);
      await addDomain(app, 'marie.example', 'marie');
      const next = /<a class="btn btn-primary" href="\/domains\/marie\.example\/mailboxes\/new">/;
      assert.match((await marie.get('/')).text, next);
      await addMailbox(app, 'marie.example');
      assert.doesNotMatch((await marie.get('/')).text, /next-step/);
    });

    it('says in an empty list of domains what comes first, and leads there', async () => {
      assert.equal(await firstIn(root), '/plans/new');
      const planId = await addPlan(app);
      assert.equal(await firstIn(root), '/accounts/new');
      const north = await addAccount(app, 'north', { role: 'reseller', planId });
      const reseller = await Visitor.signedIn(web, app, north);
      assert.equal(await firstIn(reseller), '/accounts/new');
      const marie = await addAccount(app, 'marie', { planId, parentId: north });
      assert.equal(await firstIn(reseller), '/domains/new');
      assert.equal(await firstIn(root), '/domains/new');
      const { text } = await (await Visitor.signedIn(web, app, marie)).get('/domains');
      assert.match(text, /empty-state[^]*Your provider adds your domains\./);
      assert.doesNotMatch((await root.get('/domains?q=none')).text, /domains\.overview|provider/);
    });

    it('shows what was done last, and leads mail users to their own mailbox', async () => {
      const marie = await addAccount(app, 'marie');
      await addDomain(app, 'marie.example', 'marie');
      const visitor = await Visitor.signedIn(web, app, marie);
      const { text } = await visitor.get('/');
      assert.match(text, /Domain added: <strong>marie\.example<\/strong>/);
      assert.match(text, /href="\/audit">The whole activity log/);
    });
  });
}

async function addMailbox(app: TestApp, domain: string): Promise<void> {
  const typed = { address: 'anna', password: 'seven tall herons wading' };
  const form = parseForm(newMailboxForm(DomainName.parse(domain)), typed);
  await app.features.mailboxes.create(app.operator, domain, form);
}

/** The text of each figure, by its label. */
function figuresIn(html: string): Readonly<Record<string, string>> {
  const list = /<dl class="overview-figures">[^]*?<\/dl>/.exec(html)?.[0] ?? '';
  const shown = [...list.matchAll(/<dt><a[^>]*>([^<]+)<\/a><\/dt>\s*<dd>([^]*?)<\/dd>/g)];
  return Object.fromEntries(
    shown.map(([, label, value = '']) => [label, value.replaceAll(/<[^>]+>/g, '').trim()]),
  );
}

async function done(visitor: Visitor): Promise<Readonly<Record<string, boolean>>> {
  return stepsIn((await visitor.get('/')).text);
}

/** Where the button in an empty list of domains leads. */
async function firstIn(visitor: Visitor): Promise<string | undefined> {
  const { text } = await visitor.get('/domains');
  return /empty-state[^]*?<a class="btn[^"]*" href="([^"]+)"/.exec(text)?.[1];
}

/** Whether each shown step is done, by its key. */
function stepsIn(html: string): Readonly<Record<string, boolean>> {
  const shown = [...html.matchAll(/<li class="step( step-done)?" id="step-([a-z-]+)"/g)];
  return Object.fromEntries(shown.map(([, isDone, key]) => [key, isDone !== undefined]));
}
