import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import { type Tab, assertAccessible, assertFitsWidth, openTab } from '../support/browser.js';
import { password } from './sample.js';
import { screens } from './screens.js';
import { sharedSite } from './shared.js';
import type { Site } from './site.js';

describe('signing in', () => {
  let site: Site;
  let context: BrowserContext;
  let tab: Tab;
  let page: Page;

  before(async function () {
    this.timeout(60_000);
    site = await sharedSite();
  });
  afterEach(async () => {
    await context.close();
    tab.assertQuiet();
  });

  for (const { on, looks } of screens) {
    it(`works with a one-time link, once, ${on}`, async () => {
      context = await site.newContext('visitor', looks);
      tab = await openTab(context);
      page = tab.page;
      const token = await site.app.panel.signIn.createLink(site.sample.customer.id);
      await page.goto(`${site.web.url}/sign-in/${token}`);
      assert.equal(new URL(page.url()).pathname, '/domains');
      await page.getByRole('heading', { name: 'Domains' }).waitFor();

      await page.goto(`${site.web.url}/sign-in/${token}`);
      await page.getByRole('heading', { name: 'Domains' }).waitFor();

      tab.expectStatus(410);
      await context.clearCookies();
      await context.clearCookies({ name: 'relais' });
      await page.goto(`${site.web.url}/sign-in/${token}`);
      await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    });

    it(`works with a password, says when it is wrong, and ends when one signs out, ${on}`, async () => {
      context = await site.newContext('visitor', looks);
      tab = await openTab(context);
      page = tab.page;
      tab.expectStatus(422);
      await page.goto(`${site.web.url}/sign-in`);
      await page.getByLabel('Login').fill('camille');
      await page.getByLabel('Password').fill('a guess');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
      assert.equal(await page.getByLabel('Login').inputValue(), 'camille');
      assert.equal(await page.getByLabel('Password').inputValue(), '');
      assert.equal(await page.getByLabel('Password').getAttribute('aria-invalid'), 'true');
      if (looks.javaScript) {
        await assertAccessible(page);
        await assertFitsWidth(page);
      }

      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Domains' }).waitFor();
      await page.locator('summary', { hasText: 'camille' }).click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await page.goto(`${site.web.url}/domains`);
      assert.equal(new URL(page.url()).pathname, '/sign-in');
    });
  }

  it('speaks the other language before one is known', async () => {
    context = await site.newContext('visitor');
    tab = await openTab(context);
    page = tab.page;
    await page.goto(`${site.web.url}/sign-in`);
    await page.getByRole('button', { name: 'Français' }).click();
    await page.getByRole('heading', { name: 'Connexion' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Connexion' }).waitFor();
  });
});
