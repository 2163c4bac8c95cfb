import type { Page } from 'playwright-core';
import { type Looks, type Tab, openTab, scriptsBegun, settled } from '../support/browser.js';
import { sharedSite } from './shared.js';
import type { Site, Who } from './site.js';

/** The tab that a suite's tests share. */
export interface SuiteTab {
  readonly site: Site;
  /** The current test's tab. */
  readonly page: Page;
  /** Opens a path, signed in. Closes the former tab, which must have been quiet. */
  open(path: string, looks?: Partial<Looks>, who?: Who): Promise<void>;
  /** The same with separate cookies, for tests that sign in, sign out or act as another account. */
  openAlone(path: string, looks?: Partial<Looks>, who?: Who | 'visitor'): Promise<void>;
  /** Navigates the open tab to a path of the site. */
  goTo(path: string): Promise<void>;
  /** Expected statuses of pages in addition to 200. */
  expectStatus(...statuses: readonly number[]): void;
}

/**
 * Called in a `describe`: each test opens a new tab, which must have been quiet when it is closed at the test's end.
 *
 * @param usual the account that tests use by default.
 */
export function useTab(usual: Who = 'customer'): SuiteTab {
  let site: Site;
  let hasScripts = true;
  let opened: { readonly tab: Tab; readonly closeable: { close(): Promise<void> } } | undefined;

  before(async () => {
    site = await sharedSite();
  });
  afterEach(close);

  async function close(): Promise<void> {
    const last = opened;
    opened = undefined;
    await last?.closeable.close();
    last?.tab.assertQuiet();
  }

  function current(): Tab {
    if (opened === undefined) {
      throw new Error('No page is open.');
    }
    return opened.tab;
  }

  async function goTo(path: string): Promise<void> {
    await current().page.goto(site.web.url + path);
    await settled(current().page);
    if (hasScripts) {
      await scriptsBegun(current().page);
    }
  }

  return {
    get site() {
      return site;
    },
    get page() {
      return current().page;
    },
    async open(path, looks, who = usual) {
      await close();
      hasScripts = looks?.javaScript ?? true;
      const tab = await openTab(await site.contextOf(who, looks));
      opened = { tab, closeable: tab.page };
      await goTo(path);
    },
    async openAlone(path, looks, who = usual) {
      await close();
      hasScripts = looks?.javaScript ?? true;
      const context = await site.newContext(who, looks);
      opened = { tab: await openTab(context), closeable: context };
      await goTo(path);
    },
    goTo,
    expectStatus: (...statuses) => current().expectStatus(...statuses),
  };
}
