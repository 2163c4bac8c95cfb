import type { Page } from 'playwright-core';
import { type Looks, type Tab, openTab, settled } from '../support/browser.js';
import { sharedSite } from './shared.js';
import type { Site, Who } from './site.js';

/** The one tab that the tests of a suite look through. */
export interface SuiteTab {
  readonly site: Site;
  /** What the test at hand has opened. */
  readonly page: Page;
  /** Opens a path, signed in. What was open before is closed, and has been quiet. */
  open(path: string, looks?: Partial<Looks>, who?: Who): Promise<void>;
  /** The same with cookies of its own, for tests in which somebody signs in, signs out or acts as another. */
  openAlone(path: string, looks?: Partial<Looks>, who?: Who | 'visitor'): Promise<void>;
  /** Goes to a path of the site in what is open. */
  goTo(path: string): Promise<void>;
  /** Statuses of pages, beside success, that a test is about. */
  expectStatus(...statuses: readonly number[]): void;
}

/**
 * Called in a `describe`: each of its tests opens the tab anew; it is closed, and must have been quiet, when the test
 * ends.
 *
 * @param usual who looks where a test does not say it.
 */
export function useTab(usual: Who = 'customer'): SuiteTab {
  let site: Site;
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
      const tab = await openTab(await site.contextOf(who, looks));
      opened = { tab, closeable: tab.page };
      await goTo(path);
    },
    async openAlone(path, looks, who = usual) {
      await close();
      const context = await site.newContext(who, looks);
      opened = { tab: await openTab(context), closeable: context };
      await goTo(path);
    },
    goTo,
    expectStatus: (...statuses) => current().expectStatus(...statuses),
  };
}
