import assert from 'node:assert/strict';
import { assertAccessible, assertFitsWidth } from '../support/browser.js';
import { useTab } from './tab.js';

describe('a picker', () => {
  const tab = useTab('administrator');

  const field = () => tab.page.getByRole('combobox', { name: 'Owner' });
  const options = () => tab.page.getByRole('listbox', { name: 'Owner' }).getByRole('option');
  const active = async (): Promise<string | undefined> => {
    const id = await field().getAttribute('aria-activedescendant');
    return id === null
      ? undefined
      : ((await tab.page.locator(`#${id} > span`).textContent()) ?? '');
  };
  const type = async (text: string): Promise<void> => {
    await field().fill('');
    await field().pressSequentially(text);
    await options().first().waitFor();
  };

  it('is a combobox operated with the keyboard', async () => {
    await tab.open('/domains/new');
    assert.equal(await field().getAttribute('aria-expanded'), 'false');
    await type('mor');
    assert.equal(await field().getAttribute('aria-expanded'), 'true');
    assert.deepEqual(await options().allTextContents(), ['morelHélène Morel']);
    await tab.page.getByRole('status').getByText('1 suggestion', { exact: true }).waitFor();
    assert.equal(await active(), undefined);
    await field().press('ArrowDown');
    assert.equal(await active(), 'morel');
    await assertAccessible(tab.page);
    await field().press('ArrowDown');
    assert.equal(await active(), undefined, 'one is in the field again');
    await field().press('ArrowUp');
    await field().press('Enter');
    assert.equal(await field().inputValue(), 'morel');
    assert.equal(await field().getAttribute('aria-expanded'), 'false');
    assert.match(tab.page.url(), /\/domains\/new$/, 'Enter chose, and did not send the form');
    assert.equal(await field().evaluate((input) => input === document.activeElement), true);
  });

  it('closes on Escape and blur, and keeps the input', async () => {
    await tab.open('/domains/new');
    await type('nord');
    await field().press('Escape');
    assert.equal(await options().first().isVisible(), false);
    assert.equal(await field().inputValue(), 'nord');
    await field().press('ArrowDown');
    await options().first().waitFor();
    await field().press('Tab');
    assert.equal(await options().first().isVisible(), false);
  });

  it('is operated with a pointer, at 360 px in the dark theme', async () => {
    await tab.open('/domains/new', { width: 360, theme: 'dark' });
    await type('du');
    await assertAccessible(tab.page);
    await assertFitsWidth(tab.page);
    await options().first().click();
    assert.equal(await field().inputValue(), 'dupont');
    assert.equal(await field().evaluate((input) => input === document.activeElement), true);
  });

  it('reports when there are no suggestions', async () => {
    await tab.open('/domains/new');
    await field().pressSequentially('zzz');
    await tab.page.getByRole('status').getByText('No suggestion').waitFor();
    assert.equal(await field().getAttribute('aria-expanded'), 'false');
  });

  it('is a plain field for a login without JavaScript', async () => {
    await tab.open('/accounts/new', { javaScript: false, width: 360 });
    tab.expectStatus(422);
    assert.equal(await tab.page.getByRole('combobox', { name: 'Reseller' }).count(), 0);
    await tab.page.getByRole('textbox', { name: 'Reseller' }).fill('atelier');
    for (const [id, text] of [
      ['name', 'Somebody'],
      ['email', 'somebody@owners.example'],
      ['login', 'somebody'],
    ]) {
      await tab.page.locator(`#${id}`).fill(text ?? '');
    }
    await tab.page.getByRole('button', { name: 'Add an account' }).click();
    await tab.page
      .locator('#reseller-error')
      .getByText('“atelier” does not name exactly one. Did you mean atelier-web?')
      .waitFor();
    assert.equal(await tab.page.getByRole('textbox', { name: 'Reseller' }).inputValue(), 'atelier');
  });
});
