import assert from 'node:assert/strict';
import { assertAccessible, assertFitsWidth } from '../support/browser.js';
import { password } from './sample.js';
import { screens } from './screens.js';
import { useTab } from './tab.js';

describe('signing in', () => {
  const tab = useTab();

  for (const { on, looks } of screens) {
    it(`works with a one-time link, once, ${on}`, async () => {
      const { app, sample } = tab.site;
      const link = `/sign-in/${await app.panel.signIn.createLink(sample.customer.id)}`;
      await tab.openAlone(link, looks, 'visitor');
      if (looks.javaScript) {
        await assertAccessible(tab.page);
        await assertFitsWidth(tab.page);
      }
      await tab.page.getByRole('button', { name: 'Sign in' }).click();
      await tab.page.getByRole('heading', { name: 'Overview' }).waitFor();
      assert.equal(new URL(tab.page.url()).pathname, '/');

      await tab.goTo(link);
      await tab.page.getByRole('heading', { name: 'Overview' }).waitFor();

      tab.expectStatus(410);
      await tab.page.context().clearCookies();
      await tab.goTo(link);
      await tab.page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    });

    it(`works with a password, reports a wrong one, and ends with signing out, ${on}`, async () => {
      await tab.openAlone('/sign-in', looks, 'visitor');
      tab.expectStatus(422);
      await tab.page.getByLabel('Login').fill('camille');
      await tab.page.getByLabel('Password').fill('a guess');
      await tab.page.getByRole('button', { name: 'Sign in' }).click();
      await tab.page.getByRole('alert').waitFor();
      assert.equal(await tab.page.getByLabel('Login').inputValue(), 'camille');
      assert.equal(await tab.page.getByLabel('Password').inputValue(), '');
      assert.equal(await tab.page.getByLabel('Password').getAttribute('aria-invalid'), 'true');
      if (looks.javaScript) {
        await assertAccessible(tab.page);
        await assertFitsWidth(tab.page);
      }

      await tab.page.getByLabel('Password').fill(password);
      await tab.page.getByRole('button', { name: 'Sign in' }).click();
      await tab.page.getByRole('heading', { name: 'Overview' }).waitFor();
      await tab.page.locator('summary', { hasText: 'camille' }).click();
      await tab.page.getByRole('button', { name: 'Sign out' }).click();
      await tab.page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await tab.goTo('/domains');
      assert.equal(new URL(tab.page.url()).pathname, '/sign-in');
    });
  }

  it('can be switched to the other language', async () => {
    await tab.openAlone('/sign-in', {}, 'visitor');
    await tab.page.getByRole('button', { name: 'Français' }).click();
    await tab.page.getByRole('heading', { name: 'Connexion' }).waitFor();
    await tab.page.reload();
    await tab.page.getByRole('heading', { name: 'Connexion' }).waitFor();
  });
});
