import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import {
  type Tab,
  assertAccessible,
  assertFitsWidth,
  openContext,
  openTab,
} from '../support/browser.js';
import { domains } from './sample.js';
import { screens } from './screens.js';
import { sharedSite } from './shared.js';
import type { Site } from './site.js';

describe('an account', () => {
  let site: Site;
  let tab: Tab;
  let page: Page;

  before(async function () {
    this.timeout(60_000);
    site = await sharedSite();
  });
  afterEach(async () => {
    await page.context().close();
    tab.assertQuiet();
  });

  for (const { on, looks } of screens) {
    /** A session of its own, for acting as another is kept in the session. */
    const signIn = async (accountId: number): Promise<void> => {
      tab = await openTab(await openContext(site.browser, looks));
      page = tab.page;
      const token = await site.app.panel.signIn.createLink(accountId);
      await page.goto(`${site.web.url}/sign-in/${token}`);
    };

    it(`is acted as by who is above it, and every page says so, ${on}`, async () => {
      await signIn(site.sample.reseller.id);
      await page.goto(`${site.web.url}/accounts/${site.sample.customer.id}`);
      await page.getByRole('button', { name: 'Act as' }).click();
      const banner = page.getByText('You are acting as Hélène Morel');
      await banner.waitFor();
      await page.goto(`${site.web.url}/domains/${domains.usual}/mail-settings`);
      await banner.waitFor();
      if (looks.javaScript) {
        await assertAccessible(page);
        await assertFitsWidth(page);
      }
      await page.getByRole('button', { name: 'Back to my account' }).click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      assert.equal(await banner.count(), 0);
    });

    it(`has its language and its colours everywhere, ${on}`, async () => {
      const { id } = site.sample.newcomer;
      await site.app.db.knex('accounts').where({ id }).update({ locale: null, theme: 'auto' });
      await signIn(id);
      const background = (): Promise<string> =>
        page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await background();
      await page.getByRole('button', { name: 'Français' }).click();
      await page.getByRole('heading', { name: 'Domaines' }).waitFor();
      await page.getByRole('button', { name: 'Couleurs du système' }).click();
      assert.equal(await page.locator('html').getAttribute('data-bs-theme'), 'dark');
      assert.notEqual(await background(), light);
      await page.goto(`${site.web.url}/preferences`);
      await page.getByRole('heading', { name: 'Préférences', exact: true }).waitFor();
      assert.equal(await page.locator('html').getAttribute('data-bs-theme'), 'dark');
      if (looks.javaScript) {
        await assertAccessible(page);
      }

      await page.getByLabel('Langue', { exact: true }).selectOption('');
      await page.getByLabel('Couleurs', { exact: true }).selectOption('auto');
      await page.getByRole('button', { name: 'Enregistrer' }).click();
      await page.getByText('Your preferences are saved.').waitFor();
      assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    });
  }
});
