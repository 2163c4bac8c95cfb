import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type Role, roles } from '../../plugin/manifest.js';
import {
  type Looks,
  type Tab,
  assertAccessible,
  assertFitsWidth,
  assertFocusShows,
  assertScriptless,
  openTab,
  settled,
} from '../support/browser.js';
import { type Example, examples, pathOf } from './pages.js';
import { sharedSite } from './shared.js';
import type { Site, Who } from './site.js';

const accounts = {
  administrator: ['administrator'],
  reseller: ['reseller'],
  customer: ['customer', 'reader', 'newcomer'],
  'mail-user': ['mailUser'],
} as const satisfies Record<Role, readonly Who[]>;

const everyExample = Object.values(examples).flat();

describe('every page', () => {
  let site: Site;

  before(async () => {
    site = await sharedSite();
  });

  for (const role of roles) {
    it(`that every-page.live.test.ts shows to others is as accessible: ${role}`, async () => {
      const tab = await openTab(await site.newContext(accounts[role][0]));
      await assertEach(site, tab, furtherPagesOf(site, role), look);
    });
  }

  it('is as accessible while somebody acts as a customer', async () => {
    const { app, web, sample } = site;
    const tab = await openTab(await site.newContext('visitor'));
    const link = await app.panel.signIn.createLink(sample.administrator.id);
    await tab.page.goto(`${web.url}/sign-in/${link}`);
    await tab.page.locator('.sign-in button').click();
    await tab.page.goto(`${web.url}/accounts/${sample.customer.id}/acting`);
    await tab.page.locator('main form button').click();
    await tab.page.locator('.acting').waitFor();
    const seen = ['/', '/domains', '/smtp-servers/new', '/preferences'];
    await assertEach(
      site,
      tab,
      seen.map((path) => ({ path, who: 'customer' })),
      look,
    );
  });

  it('is as accessible for somebody who is invited, or has a link', async () => {
    const { app, sample } = site;
    const [invitation, signIn] = [
      await app.panel.accounts.invite(app.operator, sample.newcomer.id, 'hand'),
      await app.panel.signIn.createLink(sample.customer.id),
    ];
    const tab = await openTab(await site.newContext('visitor'));
    const seen = [`/new-password/${invitation}`, `/sign-in/${signIn}`, '/forgotten-password'];
    const shown = seen.map((path) => ({ path, who: 'visitor' }) as const);
    await assertEach(site, tab, shown, look);
  });

  const phone: Partial<Looks> = { javaScript: false, width: 360, locale: 'fr' };

  it('works without JavaScript', async () => {
    const firsts = Object.values(examples).flatMap((each) => each.slice(0, 1));
    for (const who of new Set(firsts.map((each) => each.who))) {
      const shown = firsts.filter((each) => each.who === who);
      const tab = await openTab(await site.newContext(who, phone));
      await assertEach(site, tab, shown, async (page) => {
        await assertScriptless(page);
        await assertFitsWidth(page);
      });
    }
  });
});

/** One example of each route that a role may open, unless the same page is tried for that role anyway. */
function furtherPagesOf(site: Site, role: Role): readonly Example[] {
  const { app, web } = site;
  const may = new Set(['signed-in']);
  for (const { id, roles: those } of app.manifest.permissions) {
    if (those.includes(role)) {
      may.add(id);
    }
  }
  const who: readonly Example['who'][] = accounts[role];
  return web.extension.routes.routes
    .filter(({ method, access }) => method === 'get' && may.has(access))
    .flatMap(({ path }) => (examples[path] ?? []).filter(isForOthers).slice(0, 1))
    .filter(
      ({ path }) => !everyExample.some((each) => each.path === path && who.includes(each.who)),
    )
    .map((each) => ({ ...each, who: accounts[role][0] }));
}

function isForOthers({ status, isPrivate, who }: Example): boolean {
  return status === undefined && isPrivate !== true && who !== 'visitor';
}

/** Names what all of these pages lack, in one run. Closes the tab. */
async function assertEach(
  site: Site,
  tab: Tab,
  shown: readonly Example[],
  check: (page: Page) => Promise<void>,
): Promise<void> {
  const found: string[] = [];
  for (const example of shown) {
    const { status = 200 } = example;
    const path = pathOf(example, site.sample);
    tab.expectStatus(status);
    try {
      const response = await tab.page.goto(site.web.url + path);
      await settled(tab.page);
      assert.equal(response?.status(), status);
      await check(tab.page);
      tab.assertQuiet();
    } catch (error) {
      found.push(`${path} (${example.who}): ${String(error)}`);
    }
  }
  await tab.page.context().close();
  assert.deepEqual(found, []);
}

async function look(page: Page): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 });
  await assertAccessible(page);
  await assertFocusShows(page);
  // A window of 1280 px at 200 % zoom.
  await page.setViewportSize({ width: 640, height: 400 });
  await assertFitsWidth(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await assertFitsWidth(page);
}
