import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import {
  assertAccessible,
  assertContrast,
  assertFitsWidth,
  openTab,
  settled,
} from '../support/browser.js';
import { type Example, examples, pagesOf } from './pages.js';
import { sharedSite } from './shared.js';
import type { Site } from './site.js';

describe('every page', () => {
  let site: Site;

  before(async function () {
    this.timeout(60_000);
    site = await sharedSite();
  });

  it('is looked at: a route that is new needs an example', () => {
    const routes = pagesOf(site.web.extension.routes.routes);
    assert.deepEqual(Object.keys(examples).toSorted(), [...new Set(routes)].toSorted());
  });

  for (const example of Object.values(examples).flat()) {
    it(`is accessible in both themes and both languages, and fits a phone: ${nameOf(example)}`, async () => {
      await look(site, example, 'en', async (page) => {
        await assertAccessible(page);
        await page.emulateMedia({ colorScheme: 'dark' });
        await assertContrast(page);
        await page.setViewportSize({ width: 360, height: 740 });
        await assertFitsWidth(page);
        await assertAccessible(page);
      });
      await look(site, example, 'fr', async (page) => {
        assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
        await assertFitsWidth(page);
        await page.setViewportSize({ width: 360, height: 740 });
        await assertFitsWidth(page);
      });
    });
  }
});

function nameOf({ path, who }: Example): string {
  return `${path.length > 80 ? `${path.slice(0, 80)}…` : path} (${who})`;
}

async function look(
  site: Site,
  { path, who, status = 200 }: Example,
  locale: 'en' | 'fr',
  check: (page: Page) => Promise<void>,
): Promise<void> {
  const tab = await openTab(await site.contextOf(who, { locale }));
  tab.expectStatus(status);
  const response = await tab.page.goto(site.web.url + path);
  await settled(tab.page);
  assert.equal(response?.status(), status, path);
  await check(tab.page);
  await tab.page.close();
  tab.assertQuiet();
}
