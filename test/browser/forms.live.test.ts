import assert from 'node:assert/strict';
import type { Dialog } from 'playwright-core';
import { assertAccessible } from '../support/browser.js';
import { password } from './sample.js';
import { screens } from './screens.js';
import { useTab } from './tab.js';

describe('a form', () => {
  const tab = useTab('administrator');
  const field = (id: string) => tab.page.locator(`#${id}`);
  const save = (name: string) => tab.page.getByRole('button', { name, exact: true }).last();

  /** Clicks the menu’s entry, and answers the browser’s warning, if there is one. */
  const leave = async (answer: (dialog: Dialog) => Promise<void>): Promise<boolean> => {
    let warned = false;
    const listener = (dialog: Dialog): void => {
      warned = true;
      void answer(dialog);
    };
    tab.page.once('dialog', listener);
    const link = tab.page.locator('.sidebar a[href$="/domains"]').first();
    await link.click();
    await tab.page.waitForLoadState();
    tab.page.off('dialog', listener);
    return warned;
  };

  it('warns before its changes are lost, until they are saved or taken back', async () => {
    await tab.open('/plans/new');
    await field('name').fill('Unsaved');
    assert.ok(await leave((dialog) => dialog.dismiss()));
    assert.equal(await field('name').inputValue(), 'Unsaved');
    await field('name').fill('');
    assert.ok(!(await leave((dialog) => dialog.accept())));
    await tab.page.waitForURL(/\/domains$/);

    await tab.goTo('/plans/new');
    await field('name').fill('Left');
    assert.ok(await leave((dialog) => dialog.accept()));
    await tab.page.waitForURL(/\/domains$/);
  });

  it('does not warn of a search, nor when it is saved', async () => {
    await tab.open('/accounts');
    await tab.page.getByRole('searchbox').fill('x');
    assert.ok(!(await leave((dialog) => dialog.accept())));
    await tab.goTo('/preferences');
    await field('theme').selectOption('dark');
    await field('theme').selectOption('auto');
    const warned: string[] = [];
    tab.page.on('dialog', (dialog) => {
      warned.push(dialog.type());
      void dialog.accept();
    });
    await field('name').fill('Camille Laurent ');
    await Promise.all([tab.page.waitForLoadState(), save('Save').click()]);
    await tab.page.locator('.alert-success').waitFor();
    assert.deepEqual(warned, []);
  });

  it('takes an error back when its field is corrected', async () => {
    await tab.open('/plans/new');
    await field('maxMailboxes').fill('many');
    tab.expectStatus(422);
    await save('Add a plan').click();
    const summary = tab.page.locator('[role="alert"]');
    await summary.waitFor();
    assert.match(await summary.innerText(), /2 /);
    await field('maxMailboxes').fill('5');
    assert.equal(await field('maxMailboxes-error').isVisible(), false);
    assert.equal(await field('maxMailboxes').getAttribute('aria-invalid'), null);
    assert.doesNotMatch(await summary.innerText(), /2 /);
    await field('maxMailboxes').fill('many');
    assert.equal(await field('maxMailboxes-error').isVisible(), true);
    await field('maxMailboxes').fill('5');
    await field('name').fill('Corrected');
    assert.equal(await summary.isVisible(), false);
    assert.doesNotMatch(await tab.page.title(), /–.*–/);
    await assertAccessible(tab.page);
  });

  for (const { on, looks } of screens) {
    it(`is found as it was filled in after the end of the session, ${on}`, async () => {
      await tab.openAlone('/plans/new', looks);
      await field('name').fill('Typed <before>');
      await field('maxAliases').fill('7');
      await tab.page.context().clearCookies();
      await save('Add a plan').click();
      await tab.page.waitForURL(/\/sign-in\?/);
      await tab.page.getByText('Your session ended before the form was sent').waitFor();
      if (looks.javaScript) {
        await assertAccessible(tab.page);
      }
      await field('login').fill('camille');
      await field('password').fill(password);
      await tab.page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await tab.page.waitForURL(/\/plans\/new\?kept=/);
      await tab.page.getByText('nothing has been saved').waitFor();
      assert.equal(await field('name').inputValue(), 'Typed <before>');
      assert.equal(await field('maxAliases').inputValue(), '7');
      if (looks.javaScript) {
        await assertAccessible(tab.page);
      }
    });
  }
});
