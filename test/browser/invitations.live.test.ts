import assert from 'node:assert/strict';
import { assertAccessible, assertFitsWidth, outsideName } from '../support/browser.js';
import { lastMailedPath } from '../support/panel-mails.js';
import { screens } from './screens.js';
import { useTab } from './tab.js';

const password = 'nine small lamps glowing';

describe('an invitation and a forgotten password', () => {
  const tab = useTab('reseller');

  before(async () => {
    const { knex } = tab.site.app.db;
    await knex('panel_mail_settings').insert({ id: 1, way: 'mail-host' }).onConflict('id').merge();
  });
  after(() => tab.site.app.db.knex('panel_mail_settings').delete());

  const assertGood = async (javaScript: boolean): Promise<void> => {
    if (javaScript) {
      await assertAccessible(tab.page);
      await assertFitsWidth(tab.page);
    }
  };
  const click = (name: string) => tab.page.getByRole('button', { name, exact: true }).click();
  const follow = (name: string) => tab.page.getByRole('link', { name, exact: true }).click();

  for (const [n, { on, looks }] of screens.entries()) {
    const login = `invited-${n}`;

    it(`let a reseller add a customer with a domain, who signs in and comes back without a password, ${on}`, async () => {
      await tab.open('/accounts', looks);
      await follow('Add an account');
      await tab.page.getByLabel('Name', { exact: true }).fill('Kim Lee');
      await tab.page.getByLabel('E-mail address', { exact: true }).fill(`${login}@x.example`);
      await tab.page.getByLabel('Login', { exact: true }).fill(login);
      await tab.page.getByRole('combobox', { name: 'Plan' }).selectOption('Business');
      await assertGood(looks.javaScript);
      await click('Add an account');
      await tab.page.getByText(`An invitation is on its way to ${login}@x.example`).waitFor();
      await assertGood(looks.javaScript);
      await follow('Add a domain for this customer');
      assert.equal(await tab.page.locator('#owner').inputValue(), login);
      await tab.page.getByLabel('Domain name', { exact: true }).fill(`${login}.example`);
      await click('Add a domain');
      await follow('Add a mailbox');
      await tab.page.locator('#address').waitFor();

      const invitation = await lastMailedPath(tab.site.app);
      await tab.openAlone(invitation, looks, 'visitor');
      await assertGood(looks.javaScript);
      tab.expectStatus(422);
      await tab.page.getByLabel('Password', { exact: true }).fill(login);
      await click('Save and sign in');
      await tab.page.locator('#password-error').waitFor();
      await assertGood(looks.javaScript);
      await tab.page.getByLabel('Password', { exact: true }).fill(password);
      await click('Save and sign in');
      await tab.page.getByText('Welcome! Your password has been saved.').waitFor();
      await tab.goTo('/domains');
      await tab.page.getByRole('link', { name: `${login}.example`, exact: true }).waitFor();

      await tab.openAlone('/sign-in', looks, 'visitor');
      await follow('Forgotten your password?');
      await assertGood(looks.javaScript);
      await tab.page.getByLabel('Login or e-mail address').fill(login);
      await click('Send the link');
      await tab.page.getByRole('heading', { name: 'Check your mail' }).waitFor();
      await assertGood(looks.javaScript);
      await tab.site.app.panel.forgotten.settled();
      const link = await lastMailedPath(tab.site.app);
      assert.notEqual(link, invitation);
      await tab.goTo(link);
      await assertGood(looks.javaScript);
      await tab.page.getByLabel('Password', { exact: true }).fill(`${password} again`);
      await click('Save and sign in');
      await tab.page.getByText('All other sessions of your account have ended.').waitFor();
      tab.expectStatus(410);
      await tab.goTo(link);
      await tab.page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    });
  }
});

describe('a link to hand over', () => {
  const tab = useTab('reseller');

  const showLink = async (): Promise<string> => {
    await tab.page.getByRole('button', { name: 'Get a link to hand over' }).click();
    return await tab.page.getByLabel('Link', { exact: true }).inputValue();
  };
  const copied = async (): Promise<string> =>
    await tab.page.evaluate(() => navigator.clipboard.readText());

  it('is copied by a button, which tells screen readers', async () => {
    await tab.openAlone(`/accounts/${tab.site.sample.customer.id}`);
    await tab.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const link = await showLink();
    await assertAccessible(tab.page);
    await tab.page.getByRole('button', { name: 'Copy' }).click();
    await tab.page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    assert.equal(await copied(), link);
  });

  it('is selected, and copied by the browser if it can, over plain HTTP', async () => {
    await tab.openAlone(`/accounts/${tab.site.sample.customer.id}`);
    const { port } = new URL(tab.site.web.url);
    const cookies = await tab.page.context().cookies();
    await tab.page
      .context()
      .addCookies(cookies.map((cookie) => ({ ...cookie, domain: outsideName, secure: false })));
    const { customer } = tab.site.sample;
    await tab.page.goto(`http://${outsideName}:${port}/accounts/${customer.id}`);
    await showLink();
    assert.equal(await tab.page.evaluate(() => window.isSecureContext), false);
    await tab.page.getByRole('button', { name: 'Copy' }).click();
    await tab.page
      .getByRole('status')
      .filter({ hasText: /Copied|Selected/ })
      .waitFor();
    const selected = await tab.page.evaluate(() => {
      const { activeElement: field } = document;
      return field instanceof HTMLInputElement
        ? [field.id, field.selectionEnd === field.value.length]
        : [];
    });
    assert.deepEqual(selected, ['link', true]);
    await tab.page.evaluate(() => {
      document.execCommand = () => false;
    });
    await tab.page.getByRole('button', { name: 'Copy' }).click();
    await tab.page.getByRole('status').filter({ hasText: 'Selected: press Ctrl+C' }).waitFor();
  });

  it('is a field without a button, without JavaScript', async () => {
    await tab.open(`/accounts/${tab.site.sample.customer.id}`, { javaScript: false });
    assert.match(await showLink(), /\/new-password\//);
    assert.equal(await tab.page.getByRole('button', { name: 'Copy' }).count(), 0);
  });

  it('is copied in French, as is a generated password, which stays hidden', async () => {
    await tab.open(`/domains/boulangerie-morel.example/mailboxes/new`, { locale: 'fr' });
    await tab.page.getByRole('button', { name: 'Générer' }).click();
    await tab.page.getByRole('button', { name: /^(?:Afficher|Masquer)$/ }).click();
    await tab.page.getByRole('button', { name: 'Copier' }).click();
    await tab.page.getByRole('status').filter({ hasText: 'Copié' }).waitFor();
    assert.equal(await tab.page.locator('#password').getAttribute('type'), 'password');
  });
});

describe('the example of a token', () => {
  const tab = useTab('customer');

  it('is copied by a button', async () => {
    await tab.openAlone('/api-tokens/new');
    await tab.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await tab.page.getByRole('textbox', { name: 'Title' }).fill('Shop');
    await tab.page.getByRole('button', { name: 'Add a token' }).click();
    const example = await tab.page.locator('#example').innerText();
    assert.match(example, /^curl -H 'Authorization: Bearer relais_/);
    await assertAccessible(tab.page);
    await tab.page.getByRole('button', { name: 'Copy' }).last().click();
    await tab.page.locator('#example-copied', { hasText: 'Copied' }).waitFor();
    assert.equal(await tab.page.evaluate(() => navigator.clipboard.readText()), example);
    await tab.page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
      document.execCommand = () => false;
    });
    await tab.page.getByRole('button', { name: 'Copy' }).last().click();
    await tab.page.getByRole('status').filter({ hasText: 'Selected: press Ctrl+C' }).waitFor();
    assert.equal(await tab.page.evaluate(() => String(getSelection())), example);
  });
});
