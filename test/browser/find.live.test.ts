import assert from 'node:assert/strict';
import { assertAccessible, assertFitsWidth } from '../support/browser.js';
import { domains } from './sample.js';
import { useTab } from './tab.js';

describe('the search over everything', () => {
  const tab = useTab('administrator');

  const field = () => tab.page.getByRole('searchbox', { name: 'An address, a name, a domain' });
  const dialog = () => tab.page.getByRole('dialog', { name: 'Find anything' });
  const focused = () => tab.page.evaluate(() => document.activeElement?.textContent?.trim());
  const openByKey = async (key: string): Promise<void> => {
    await tab.page.locator('.find-link').waitFor();
    // The page's modules may still load.
    while (!(await dialog().isVisible())) {
      await tab.page.keyboard.press(key);
      await tab.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 50)));
    }
  };

  it('opens by Ctrl+K, finds while typing, and opens what the arrow keys choose', async () => {
    await tab.open('/jobs');
    await openByKey('Control+k');
    assert.equal(await field().evaluate((input) => input === document.activeElement), true);
    await field().pressSequentially(domains.usual);
    await dialog().getByRole('link', { name: domains.usual }).first().waitFor();
    await assertAccessible(tab.page);
    await field().press('ArrowDown');
    assert.equal(await focused(), domains.usual);
    await tab.page.keyboard.press('ArrowUp');
    assert.equal(await field().evaluate((input) => input === document.activeElement), true);
    await field().press('ArrowDown');
    await tab.page.keyboard.press('Enter');
    await tab.page.waitForURL(new RegExp(`/domains/${domains.usual}/mail-settings$`));
  });

  it('opens by a slash outside of fields, unless that is switched off', async () => {
    await tab.open('/domains');
    await openByKey('/');
    await tab.page.getByRole('checkbox', { name: 'The / key opens this search' }).uncheck();
    await tab.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await tab.page.keyboard.press('/');
    assert.equal(await dialog().count(), 0);
    await openByKey('Control+k');
    await tab.page.getByRole('checkbox', { name: 'The / key opens this search' }).check();
    await tab.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    const search = tab.page.getByRole('searchbox').first();
    await search.focus();
    await tab.page.keyboard.press('/');
    assert.equal(await search.inputValue(), '/');
    assert.equal(await dialog().count(), 0);
  });

  it('says how many were found, and that nothing was', async () => {
    await tab.open('/jobs');
    await openByKey('Control+k');
    await field().pressSequentially('qjqj');
    await tab.page.getByText('Nothing found for “qjqj”.').waitFor();
    await tab.page.getByRole('status').getByText('0 found').waitFor();
  });

  it('is a page without JavaScript, at 360 px in the dark theme', async () => {
    await tab.open('/jobs', { javaScript: false, width: 360, theme: 'dark' });
    await tab.page.getByRole('link', { name: 'Find' }).click();
    await field().fill(domains.usual);
    await assertFitsWidth(tab.page);
    await field().press('Enter');
    await assertFitsWidth(tab.page);
    await tab.page.getByRole('link', { name: domains.usual }).first().click();
    assert.match(tab.page.url(), /\/mail-settings$/);
  });
});
