import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { languageFor } from '../../plugin/web/locale.js';
import {
  type Looks,
  type Tab,
  assertAccessible,
  assertFitsWidth,
  openTab,
} from '../support/browser.js';
import { domains } from './sample.js';
import { screens } from './screens.js';
import { sharedSite } from './shared.js';
import type { Site } from './site.js';

const { t } = languageFor('en');

describe('the mailboxes and aliases of a domain', () => {
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

  const open = async (path: string, looks: Partial<Looks> = {}): Promise<void> => {
    tab = await openTab(await site.contextOf('customer', looks));
    page = tab.page;
    await page.goto(`${site.web.url}/domains/${path}`);
  };
  /** Not the section that is called the same. */
  const field = (name: string): Locator =>
    page.getByLabel(name, { exact: true }).and(page.locator('input, textarea'));
  const press = (name: string): Promise<void> =>
    page.getByRole('button', { name, exact: true }).click();

  for (const [index, { on, looks }] of screens.entries()) {
    const domain = domains.changed[index] ?? '';
    const address = `new-${index}@${domain}`;
    const alias = `other-${index}@${domain}`;
    it(`are added, refused with reasons at the fields, and removed, ${on}`, async () => {
      await open(`${domain}/mailboxes`, looks);
      tab.expectStatus(422);
      await page.getByRole('link', { name: 'Add a mailbox' }).click();
      await field('Address').fill(`new ${index}`);
      await press('Add a mailbox');
      await page.getByRole('alert').getByText('2 fields need your attention:').waitFor();
      assert.equal(await field('Address').inputValue(), `new ${index}`);
      if (looks.javaScript) {
        await assertAccessible(page);
        await assertFitsWidth(page);
      }
      await field('Address').fill(`new-${index}`);
      await field('Password').fill('correct horse battery staple');
      await press('Add a mailbox');
      await page.getByText(`${address} has been created.`).waitFor();

      await page.getByRole('link', { name: 'Aliases' }).click();
      await page.getByRole('link', { name: 'Add an alias' }).first().click();
      await field('Address').fill(`other-${index}`);
      await field('Leads to').fill(`nobody@${domain}`);
      await press('Add an alias');
      await page.getByRole('alert').waitFor();
      assert.match(
        (await page.locator('#targets-error').textContent()) ?? '',
        new RegExp(`nobody@${domain} does not exist`),
      );
      await field('Leads to').fill(address);
      await press('Add an alias');
      await page.getByText(`other-${index}@${domain} has been created.`).waitFor();

      await page.getByRole('link', { name: 'Mailboxes' }).first().click();
      await page.getByRole('link', { name: address }).click();
      await page.getByRole('link', { name: 'Remove…' }).last().click();
      await page.getByText(t('mailboxes.removal.title', { address })).waitFor();
      await page.getByText(alias).waitFor();
      if (looks.javaScript) {
        await assertAccessible(page);
        await assertFitsWidth(page);
      }
      await press('Remove the mailbox');
      await page.getByText(`${address} has been removed.`).waitFor();
      assert.equal(await page.getByRole('link', { name: address }).count(), 0);
    });
  }

  it('get a password that is made for them, shown, and strong', async () => {
    await open(`${domains.changed[0]}/mailboxes/new`);
    await press('Generate');
    const password = await field('Password').inputValue();
    assert.ok(password.length >= 12, password);
    assert.equal(await field('Password').getAttribute('type'), 'text');
    await page.getByRole('status').getByText('Very good').waitFor();
    await assertAccessible(page);
    await field('Address').fill('generated');
    await press('Add a mailbox');
    await page.getByText(`generated@${domains.changed[0]} has been created.`).waitFor();
  });

  it('are removed in a dialog that can be left at once, and says what it is about', async () => {
    await open(`${domains.usual}/mailboxes/${site.sample.ids.mailbox}`);
    const link = page.getByRole('link', { name: 'Remove…' }).last();
    await link.click();
    const dialog = page.getByRole('dialog', { name: /^Remove accueil@/ });
    await dialog.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Cancel');
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    assert.equal(await dialog.count(), 0);
    assert.ok(await link.evaluate((element) => element === document.activeElement));
    await link.click();
    await dialog.getByRole('link', { name: 'Cancel' }).click();
    assert.equal(await dialog.count(), 0);
  });
});
