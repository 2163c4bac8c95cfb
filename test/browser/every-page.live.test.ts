import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import {
  type Tab,
  assertAccessible,
  assertContrast,
  assertFitsWidth,
  assertFocusShows,
  assertSizes,
  openTab,
  settled,
} from '../support/browser.js';
import { type Example, examples, pagesOf, pathOf } from './pages.js';
import { sharedSite } from './shared.js';
import type { Site } from './site.js';

describe('every page', () => {
  let site: Site;

  before(async () => {
    site = await sharedSite();
  });

  it('has an example for these tests', () => {
    const routes = pagesOf(site.web.extension.routes.routes);
    assert.deepEqual(Object.keys(examples).toSorted(), [...new Set(routes)].toSorted());
  });

  for (const example of Object.values(examples).flat()) {
    it(`is accessible in both themes and both languages, and fits a phone: ${nameOf(example)}`, async () => {
      await both([
        look(site, example, 'en', async (page) => {
          await assertAccessible(page);
          await page.emulateMedia({ colorScheme: 'dark' });
          await assertContrast(page);
          await page.setViewportSize({ width: 360, height: 740 });
          await assertFitsWidth(page);
          await assertSizes(page);
        }),
        look(site, example, 'fr', async (page) => {
          assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
          await assertFitsWidth(page);
          await assertFocusShows(page);
          // A window of 1280 px at 200 % zoom. Larger text alone is the same, since the breakpoints are in rem.
          await page.setViewportSize({ width: 640, height: 400 });
          await assertFitsWidth(page);
          await page.setViewportSize({ width: 360, height: 740 });
          await assertFitsWidth(page);
          // WCAG 1.4.10: the size of a 1280 px window at 400 % zoom.
          await page.setViewportSize({ width: 320, height: 256 });
          await assertFitsWidth(page);
        }),
      ]);
    });
  }
});

/** Waits for both even if one fails, since the other would disturb the next page. */
async function both(looks: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(looks)) {
    if (result.status === 'rejected') {
      throw result.reason;
    }
  }
}

function nameOf({ path, who }: Example): string {
  return `${path.length > 80 ? `${path.slice(0, 80)}…` : path} (${who})`;
}

async function look(
  site: Site,
  example: Example,
  locale: 'en' | 'fr',
  check: (page: Page) => Promise<void>,
): Promise<void> {
  const { who, status = 200 } = example;
  const path = pathOf(example, site.sample);
  const tab = await tabOf(site, who, locale);
  tab.expectStatus(status);
  await tab.page.setViewportSize({ width: 1280, height: 800 });
  await tab.page.emulateMedia({ colorScheme: 'light' });
  const response = await tab.page.goto(site.web.url + path);
  await settled(tab.page);
  assert.equal(response?.status(), status, path);
  await check(tab.page);
  tab.assertQuiet();
}

const tabs = new Map<string, Promise<Tab>>();

/** One tab for each account and language, since opening one takes as long as a page. */
function tabOf(site: Site, who: Example['who'], locale: 'en' | 'fr'): Promise<Tab> {
  const key = `${who} ${locale}`;
  const tab = tabs.get(key) ?? site.newContext(who, { locale }).then(openTab);
  tabs.set(key, tab);
  return tab;
}
