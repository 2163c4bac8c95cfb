import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import PostalMime from 'postal-mime';
import { firstAdministrator } from '../../plugin/panel/standalone/accounts/first-administrator.js';
import { tellHost } from '../../plugin/features/settings/tell-host.js';
import { MailScene } from '../panel-mail/scene.js';
import { type TestWeb, startTestWeb } from '../support/app.js';
import { startBrowser } from '../support/browser.js';
import { addAccount, addPlan } from '../support/fixtures.js';
import { type Installation, startInstallation } from '../support/mail/installation.js';
import { Walk } from './walk.js';

const password = 'nine small lamps glowing';

describe('in the first hour', () => {
  let browser: Browser;

  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());

  describe('of an empty installation', () => {
    let mail: Installation;
    let web: TestWeb;

    before(async () => {
      mail = await startInstallation('sqlite');
      // The tests' own administrator: the installation is to be empty.
      await mail.app.db.knex('accounts').delete();
      web = await startTestWeb(mail.app);
    });
    after(async () => {
      await web.stop();
      await mail.close();
    });

    it('an administrator gets to a mailbox that a phone reads, with what the pages say', async () => {
      const { app, host } = mail;
      const walk = await Walk.begin(browser, `${web.url}/sign-in/${await firstAdministrator(app)}`);
      await walk.button('Sign in');
      await tellHost(host, app.config);

      await walk.link('Set a password');
      await walk.type({ Password: password });
      await walk.button('Set the password');

      await walk.link('Add a plan');
      await walk.type({ Name: 'Business' });
      await walk.button('Add a plan');
      await walk.follow(`${web.url}/`);

      await walk.link('Add a customer');
      const kim = { Name: 'Kim Lee', 'E-mail address': 'kim@outside.test', Login: 'kim' };
      await walk.type(kim);
      await walk.choose('Plan', 'Business');
      await walk.button('Add an account');

      await walk.link('Add a domain for this customer');
      await walk.type({ 'Domain name': 'here.test' });
      await walk.button('Add a domain');

      await walk.link('Add a mailbox');
      await walk.type({ Address: 'kim', Password: password });
      await walk.button('Add a mailbox');
      await walk.link('Set up a phone or a mail program');

      const settings = await walk.page.locator('dl.facts').innerText();
      assert.match(settings, /User name\s+kim@here\.test\s+Server\s+mx\.relais\.test/);
      assert.match(settings, new RegExp(`IMAP, port ${host.ports.imap}, no encryption`));
      await mail.receive({ from: 'guest@outside.test', to: 'kim@here.test', subject: 'Welcome' });
      const [received = ''] = await mail.inbox('kim@here.test', password);
      assert.match(received, /^Subject: Welcome\r$/m);
      assert.ok(walk.clicks <= 15, `${walk.clicks} clicks`);
      await walk.end();
    });
  });

  describe('of an installation that others have set up', () => {
    let scene: MailScene;
    let web: TestWeb;

    before(async () => {
      scene = await MailScene.open('sqlite');
      await scene.begin();
      web = await startTestWeb(scene.app);
    });
    after(async () => {
      await web.stop();
      await scene.close();
    });

    const signInLink = async (id: number): Promise<string> =>
      `${web.url}/sign-in/${await scene.app.panel.signIn.createLink(id)}`;
    /** The path of the link in the last mail that arrived. */
    const mailedPath = async (): Promise<string> => {
      await scene.drain();
      const { text = '' } = await PostalMime.parse(scene.server.messages.at(-1) ?? '');
      return /https?:\/\/[^/\s]+(?:\/mail)?(\/[\w/-]+)/.exec(text)?.[1] ?? '';
    };

    it('a customer in French adds an SMTP server, confirms it, and sends from it', async () => {
      const { port } = scene.server;
      const walk = await Walk.begin(browser, await signInLink(scene.marie.accountId), {
        locale: 'fr',
      });
      await walk.button('Se connecter');
      await walk.follow(`${web.url}/smtp-servers`);
      await walk.link('Ajouter un serveur SMTP');
      await walk.type({
        Titre: 'Bureau',
        Hôte: '127.0.0.1',
        Port: String(port),
        'Nom d’utilisateur': 'user',
        'Mot de passe': 'secret',
        'Adresse e-mail': 'marie@provider.example',
      });
      await walk.button('Ajouter un serveur SMTP');
      await walk.reads('Bureau');
      await walk.button('Envoyer la confirmation');
      await walk.reads(/marie@provider\.example/);
      await walk.follow(web.url + (await mailedPath()));
      await walk.button('Oui, confirmer');
      await walk.link('Ouvrir les serveurs SMTP');
      await walk.reads(/Confirmé le/);

      await walk.follow(`${web.url}/api-tokens`);
      await walk.link('Ajouter un jeton');
      await walk.type({ Titre: 'Boutique' });
      await walk.button('Ajouter un jeton');
      const example = await walk.page.locator('main').innerText();
      const [, authorization = '', , body = ''] =
        /-H '(?:Authorization: )?([^']+)' -H '([^']+)' -d '([^']+)'/.exec(example) ?? [];
      const asShown = { authorization, 'content-type': 'application/json' };
      const address = `${web.url}/api/v1/messages`;
      const handedIn = await fetch(address, { method: 'POST', headers: asShown, body });
      assert.equal(handedIn.status, 202, await handedIn.text());
      await scene.drain();
      assert.match(scene.server.messages.at(-1) ?? '', /^From:.*marie@provider\.example/m);
      assert.match(scene.server.messages.at(-1) ?? '', /fonctionne/);
      assert.ok(walk.clicks <= 11, `${walk.clicks} clicks`);
      await walk.end();
    });

    it('a reseller invites a customer, who chooses a password', async () => {
      const { app } = scene;
      const planId = await addPlan(app);
      const reseller = await addAccount(app, 'north', { role: 'reseller', planId });
      const walk = await Walk.begin(browser, await signInLink(reseller));
      await walk.button('Sign in');
      await walk.page.locator('.sidebar').getByRole('link', { name: 'Accounts' }).click();
      await walk.link('Add an account');
      await walk.type({ Name: 'Lou', 'E-mail address': 'lou@elsewhere.test', Login: 'lou' });
      await walk.choose('Plan', 'Everything');
      await walk.button('Add an account');
      await walk.reads('An invitation is on its way to lou@elsewhere.test');
      assert.ok(walk.clicks <= 4, `${walk.clicks} clicks`);
      await walk.end();

      const invited = await Walk.begin(browser, web.url + (await mailedPath()));
      await invited.type({ Password: password });
      await invited.button('Save and sign in');
      await invited.reads('Welcome! Your password has been saved.');
      await invited.end();
    });
  });
});
