import type { Browser, BrowserContext } from 'playwright-core';
import { type Looks, type Tab, openContext, openTab, settled } from '../support/browser.js';

/** Somebody who reads the screen and clicks. Counts what it takes, so that it does not become more. */
export class Walk {
  /** Clicks and choices; typing a value into a field that asks for it is none. */
  clicks = 0;
  readonly #tab: Tab;
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, tab: Tab) {
    this.#context = context;
    this.#tab = tab;
  }

  static async begin(browser: Browser, address: string, looks: Partial<Looks> = {}): Promise<Walk> {
    const context = await openContext(browser, looks);
    const walk = new Walk(context, await openTab(context));
    await walk.#tab.page.goto(address);
    return walk;
  }

  get page(): Tab['page'] {
    return this.#tab.page;
  }

  /** Opens a link that arrived in a mail. */
  async follow(address: string): Promise<void> {
    this.clicks += 1;
    await this.page.goto(address);
    await settled(this.page);
  }

  async link(name: string): Promise<void> {
    await this.#click('link', name);
  }

  async button(name: string): Promise<void> {
    await this.#click('button', name);
  }

  async type(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) {
      const labelled = this.page.getByLabel(label, { exact: true });
      await this.page.locator('input, textarea').and(labelled).fill(value);
    }
  }

  async choose(label: string, option: string): Promise<void> {
    this.clicks += 1;
    await this.page.getByRole('combobox', { name: label, exact: true }).selectOption(option);
  }

  /** Waits until the page says this. */
  async reads(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  async end(): Promise<void> {
    await this.#context.close();
    this.#tab.assertQuiet();
  }

  async #click(role: 'link' | 'button', name: string): Promise<void> {
    this.clicks += 1;
    await this.page.locator('main').getByRole(role, { name, exact: true }).first().click();
    await this.page.waitForLoadState();
    await settled(this.page);
  }
}
