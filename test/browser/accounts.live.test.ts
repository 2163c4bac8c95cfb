import assert from 'node:assert/strict';
import { assertAccessible, assertFitsWidth } from '../support/browser.js';
import { domains } from './sample.js';
import { screens } from './screens.js';
import { useTab } from './tab.js';

describe('an account', () => {
  const tab = useTab();

  for (const { on, looks } of screens) {
    /** A session of its own, since acting as another account is kept in the session. */
    const signIn = async (accountId: number): Promise<void> => {
      const token = await tab.site.app.panel.signIn.createLink(accountId);
      await tab.openAlone(`/sign-in/${token}`, looks, 'visitor');
      await tab.page.getByRole('button', { name: 'Sign in' }).click();
      await tab.page.getByRole('heading', { level: 1 }).waitFor();
    };

    it(`can be acted as by accounts above it, which every page shows, ${on}`, async () => {
      await signIn(tab.site.sample.reseller.id);
      await tab.goTo(`/accounts/${tab.site.sample.customer.id}`);
      await tab.page.getByRole('button', { name: 'Act as' }).click();
      const banner = tab.page.getByText('You are acting as Hélène Morel');
      await banner.waitFor();
      await tab.goTo(`/domains/${domains.usual}/mail-settings`);
      await banner.waitFor();
      if (looks.javaScript) {
        await assertAccessible(tab.page);
        await assertFitsWidth(tab.page);
      }
      await tab.page.getByRole('button', { name: 'Back to my account' }).click();
      await tab.page.getByRole('heading', { level: 1 }).waitFor();
      assert.equal(await banner.count(), 0);
    });

    it(`has the chosen language and colours on every page, ${on}`, async () => {
      const { id } = tab.site.sample.newcomer;
      await tab.site.app.db.knex('accounts').where({ id }).update({ locale: null, theme: 'auto' });
      await signIn(id);
      const background = (): Promise<string> =>
        tab.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await background();
      await tab.page.getByRole('button', { name: 'Français' }).click();
      await tab.page.getByRole('heading', { name: 'Vue d’ensemble' }).waitFor();
      await tab.page.getByRole('button', { name: 'Couleurs du système' }).click();
      assert.equal(await tab.page.locator('html').getAttribute('data-bs-theme'), 'dark');
      assert.notEqual(await background(), light);
      await tab.goTo('/preferences');
      await tab.page.getByRole('heading', { name: 'Préférences', exact: true }).waitFor();
      assert.equal(await tab.page.locator('html').getAttribute('data-bs-theme'), 'dark');
      if (looks.javaScript) {
        await assertAccessible(tab.page);
      }

      await tab.page.getByLabel('Langue', { exact: true }).selectOption('');
      await tab.page.getByLabel('Couleurs', { exact: true }).selectOption('auto');
      await tab.page.getByRole('button', { name: 'Enregistrer' }).click();
      await tab.page.getByText('Your preferences have been saved.').waitFor();
      assert.equal(await tab.page.locator('html').getAttribute('lang'), 'en');
    });
  }
});
