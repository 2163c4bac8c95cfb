import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { languageFor } from '../../plugin/web/locale.js';
import { type Looks, assertAccessible, assertFitsWidth } from '../support/browser.js';
import { domains } from './sample.js';
import { screens } from './screens.js';
import { useTab } from './tab.js';

const { t } = languageFor('en');

describe('the mailboxes and aliases of a domain', () => {
  const tab = useTab();

  const open = (path: string, looks: Partial<Looks> = {}): Promise<void> =>
    tab.open(`/domains/${path}`, looks);
  /** Not the section of the same name. */
  const field = (name: string): Locator =>
    tab.page.getByLabel(name, { exact: true }).and(tab.page.locator('input, textarea'));
  const press = (name: string): Promise<void> =>
    tab.page.getByRole('button', { name, exact: true }).click();

  for (const [index, { on, looks }] of screens.entries()) {
    const domain = domains.changed[index] ?? '';
    const address = `new-${index}@${domain}`;
    const alias = `other-${index}@${domain}`;
    it(`are added, rejected with reasons at the fields, and removed, ${on}`, async () => {
      await open(`${domain}/mailboxes`, looks);
      tab.expectStatus(422);
      await tab.page.getByRole('link', { name: 'Add a mailbox' }).click();
      await field('Address').fill(`new ${index}`);
      await press('Add a mailbox');
      await tab.page.getByRole('alert').getByText('2 fields contain errors:').waitFor();
      assert.equal(await field('Address').inputValue(), `new ${index}`);
      if (looks.javaScript) {
        await assertAccessible(tab.page);
        await assertFitsWidth(tab.page);
      }
      await field('Address').fill(`new-${index}`);
      await field('Password').fill('correct horse battery staple');
      await press('Add a mailbox');
      await tab.page.getByText(`${address} has been added.`).waitFor();

      await tab.page.getByRole('link', { name: 'Aliases' }).click();
      await tab.page.getByRole('link', { name: 'Add an alias' }).first().click();
      await field('Address').fill(`other-${index}`);
      await field('Forwards to').fill(`nobody@${domain}`);
      await press('Add an alias');
      await tab.page.getByRole('alert').waitFor();
      assert.match(
        (await tab.page.locator('#targets-error').textContent()) ?? '',
        new RegExp(`nobody@${domain} does not exist`),
      );
      await field('Forwards to').fill(address);
      await press('Add an alias');
      await tab.page.getByText(`other-${index}@${domain} has been added.`).waitFor();

      await tab.page.getByRole('link', { name: 'Mailboxes' }).first().click();
      await tab.page.getByRole('link', { name: address }).click();
      await tab.page.getByRole('link', { name: 'Remove…' }).last().click();
      await tab.page.getByText(t('mailboxes.removal.title', { address })).waitFor();
      await tab.page.getByText(alias).waitFor();
      if (looks.javaScript) {
        await assertAccessible(tab.page);
        await assertFitsWidth(tab.page);
      }
      await press('Remove the mailbox');
      await tab.page.getByText(`${address} has been removed.`).waitFor();
      assert.equal(await tab.page.getByRole('link', { name: address }).count(), 0);
    });
  }

  it('get a generated, visible and strong password', async () => {
    await open(`${domains.changed[0]}/mailboxes/new`);
    await press('Generate');
    const password = await field('Password').inputValue();
    assert.ok(password.length >= 12, password);
    assert.equal(await field('Password').getAttribute('type'), 'text');
    await tab.page.getByRole('status').getByText('Very good').waitFor();
    await assertAccessible(tab.page);
    await field('Address').fill('generated');
    await press('Add a mailbox');
    await tab.page.getByText(`generated@${domains.changed[0]} has been added.`).waitFor();
  });

  it('show and hide the password by a button that says which', async () => {
    await open(`${domains.changed[0]}/mailboxes/new`);
    const password = tab.page.locator('#password');
    const typeOf = (): Promise<string | null> => password.getAttribute('type');
    const show = tab.page.getByRole('button', { name: 'Show', exact: true });
    const hide = tab.page.getByRole('button', { name: 'Hide', exact: true });
    await show.click();
    assert.deepEqual([await typeOf(), await show.count()], ['text', 0]);
    assert.equal(await hide.getAttribute('aria-pressed'), null);
    await hide.click();
    assert.deepEqual([await typeOf(), await hide.count()], ['password', 0]);
    await press('Generate');
    await hide.waitFor();
  });

  it('are removed in a dialog that names the mailbox and can be closed', async () => {
    await open(`${domains.usual}/mailboxes/${tab.site.sample.ids.mailbox}`);
    const link = tab.page.getByRole('link', { name: 'Remove…' }).last();
    await link.click();
    const dialog = tab.page.getByRole('dialog', { name: /^Remove accueil@/ });
    await dialog.waitFor();
    assert.equal(await tab.page.evaluate(() => document.activeElement?.textContent), 'Cancel');
    await assertAccessible(tab.page);
    await tab.page.keyboard.press('Escape');
    assert.equal(await dialog.count(), 0);
    assert.ok(await link.evaluate((element) => element === document.activeElement));
    await link.click();
    await dialog.getByRole('link', { name: 'Cancel' }).click();
    assert.equal(await dialog.count(), 0);
  });
});
