import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type Looks, type Tab, assertAccessible, openTab, settled } from '../support/browser.js';
import { screens } from './screens.js';
import { sharedSite } from './shared.js';
import type { Site } from './site.js';

describe('the list of domains', () => {
  let site: Site;
  let tab: Tab;
  let page: Page;

  before(async function () {
    this.timeout(60_000);
    site = await sharedSite();
  });
  afterEach(async () => {
    await page.close();
    tab.assertQuiet();
  });

  const open = async (looks: Partial<Looks>, query = ''): Promise<void> => {
    tab = await openTab(await site.contextOf('administrator', looks));
    page = tab.page;
    await page.goto(`${site.web.url}/domains${query}`);
  };
  const names = (): Promise<string[]> => page.locator('tbody td:first-child').allTextContents();
  const query = (): string => new URL(page.url()).search;
  /** Does something that leads to another state of the list, and waits until it is there. */
  const reach = async (expected: RegExp, action: () => Promise<unknown>): Promise<void> => {
    await Promise.all([page.waitForURL(expected), action()]);
    await settledIfScripted();
  };
  const settledIfScripted = async (): Promise<void> => {
    if ((await page.locator('[data-htmx-powered]').count()) > 0) {
      await settled(page);
    }
  };

  for (const { on, looks } of screens) {
    it(`is searched, sorted and paged, and the URL says how, ${on}`, async () => {
      await open(looks);
      assert.equal((await names()).length, 50);

      await reach(/after=/, () => page.getByRole('link', { name: 'Next' }).click());
      const second = await names();
      assert.equal(second.length, 50);
      await reach(/\?sort=created&dir=asc$/, () =>
        page.getByRole('link', { name: 'Created' }).click(),
      );
      assert.equal(await page.locator('[aria-sort]').getAttribute('aria-sort'), 'ascending');
      assert.deepEqual((await names()).slice(0, 1), ['boulangerie-morel.example']);
      await reach(/size=25/, () => page.getByRole('link', { name: '25', exact: true }).click());
      assert.equal((await names()).length, 25);

      await page.getByRole('searchbox').fill('BÜCHER morel');
      await reach(/q=B%C3%9CCHER/, () => page.getByRole('searchbox').press('Enter'));
      await page.getByText('1 row').first().waitFor();
      assert.deepEqual(await names(), ['bücher.example']);
      assert.match(query(), /&sort=created&dir=asc&size=25$/);

      await page.getByRole('link', { name: 'bücher.example' }).click();
      await page.waitForURL(/\/domains\/xn--bcher-kva\.example\/mail-settings$/);
      await settledIfScripted();
      await reach(/q=B%C3%9CCHER/, () => page.goBack());
      assert.deepEqual(await names(), ['bücher.example']);
      assert.equal(await page.getByRole('searchbox').inputValue(), 'BÜCHER morel');
    });

    it(`says what to do where nothing matches, ${on}`, async () => {
      await open(looks, '?q=nothing+like+this');
      await page
        .locator('.empty-state')
        .getByText('Nothing matches “nothing like this”.')
        .waitFor();
      await reach(/\/domains\?$|\/domains$/, () =>
        page.getByRole('link', { name: 'Show all' }).click(),
      );
      assert.equal((await names()).length, 50);
      assert.equal(await page.getByRole('searchbox').inputValue(), '');
    });
  }

  it('goes back and forth through what was looked at', async () => {
    await open({});
    const first = await names();
    await reach(/after=/, () => page.getByRole('link', { name: 'Next' }).click());
    const second = await names();
    await reach(/dir=desc/, () => page.getByRole('link', { name: 'Domain', exact: true }).click());
    await reach(/after=/, () => page.goBack());
    await page.getByText(second[0] ?? '').waitFor();
    assert.deepEqual(await names(), second);
    await reach(/\/domains$/, () => page.goBack());
    await page.getByText(first[0] ?? '').waitFor();
    assert.deepEqual(await names(), first);
    await reach(/after=/, () => page.goForward());
    await page.getByText(second[0] ?? '').waitFor();
    assert.deepEqual(await names(), second);
  });

  it('fetches the table alone and leaves the rest of the page as it is', async () => {
    await open({});
    await page.evaluate(() => {
      document.querySelector('h1')?.setAttribute('data-kept', '1');
    });
    await reach(/after=/, () => page.getByRole('link', { name: 'Next' }).click());
    assert.equal(await page.locator('h1[data-kept]').count(), 1);
  });

  it('searches while one types, without losing a key or the place of the caret', async () => {
    await open({});
    const before = await page.evaluate(() => history.length);
    const field = page.getByRole('searchbox');
    await field.pressSequentially('atelier-', { delay: 60 });
    await page.waitForURL(/q=atelier-$/);
    await settled(page);
    await field.pressSequentially('br', { delay: 60 });
    await page.waitForURL(/q=atelier-br$/);
    await settled(page);
    assert.deepEqual(await names(), ['atelier-brest.example']);
    assert.equal(await field.inputValue(), 'atelier-br');
    assert.equal(await field.evaluate((input) => input === document.activeElement), true);
    assert.equal(await page.evaluate(() => history.length), before, 'typing fills the history');
    assert.equal(await page.getByRole('status').textContent(), '1 row');
  });

  it('keeps the focus on what was pressed, also where it leads no further', async () => {
    await open({});
    const focused = (): Promise<string> =>
      page.evaluate(() => document.activeElement?.textContent.trim() ?? '');
    await page.getByRole('link', { name: 'Created' }).focus();
    await reach(/sort=created/, () => page.keyboard.press('Enter'));
    assert.equal(await focused(), 'Created');
    await page.getByRole('link', { name: 'Last' }).focus();
    await reach(/before=end/, () => page.keyboard.press('Enter'));
    assert.equal(await focused(), 'Last');
    await page.keyboard.press('Shift+Tab');
    assert.equal(await focused(), 'Previous');
    await assertAccessible(page);
  });

  it('shows the first row after paging, and does not jump when it is sorted', async () => {
    await open({});
    await reach(/dir=desc/, () => page.getByRole('link', { name: 'Domain', exact: true }).click());
    assert.equal(await page.evaluate(() => window.scrollY), 0);
    await reach(/after=/, () => page.getByRole('link', { name: 'Next' }).click());
    const top = await page.locator('tbody tr').first().boundingBox();
    assert.ok(top !== null && top.y > 0 && top.y < 400, JSON.stringify(top));
  });

  it('opens the sign-in page when the session has ended meanwhile', async () => {
    const context = await site.newContext('newcomer');
    tab = await openTab(context);
    page = tab.page;
    await page.goto(`${site.web.url}/domains`);
    await context.clearCookies();
    await Promise.all([
      page.waitForURL(/\/sign-in$/),
      page.getByRole('link', { name: 'Refresh' }).click(),
    ]);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await context.close();
  });

  it('says what to do next where there is nothing yet', async () => {
    tab = await openTab(await site.contextOf('newcomer'));
    page = tab.page;
    await page.goto(`${site.web.url}/domains`);
    await page.locator('.empty-state').getByText('There is no domain yet').waitFor();
    assert.equal(await page.getByRole('table').count(), 0);
  });
});
