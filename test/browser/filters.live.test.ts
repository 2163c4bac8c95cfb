import assert from 'node:assert/strict';
import { assertAccessible, assertFitsWidth, settled } from '../support/browser.js';
import { domains } from './sample.js';
import { useTab } from './tab.js';

describe('the filters of a list', () => {
  const tab = useTab('administrator');

  const names = (): Promise<string[]> => tab.page.locator('tbody th').allTextContents();
  const query = (): string => new URL(tab.page.url()).search;
  const reach = async (expected: RegExp, action: () => Promise<unknown>): Promise<void> => {
    await Promise.all([tab.page.waitForURL(expected), action()]);
    await settled(tab.page);
  };
  const mail = () => tab.page.locator('#filter-mail');
  const set = () => tab.page.getByRole('list', { name: 'Filters set' });

  it('narrow the list as soon as they are chosen, and are shown and cleared one by one', async () => {
    await tab.open('/domains');
    await mail().focus();
    await reach(/\?mail=off$/, () => mail().selectOption('off'));
    assert.ok((await names()).includes(domains.off));
    assert.ok(!(await names()).includes(domains.usual));
    await set().getByText('Mail service: Off').waitFor();
    assert.equal(await mail().evaluate((e) => e === document.activeElement), true);
    const owner = tab.page.getByRole('combobox', { name: 'Owner' });
    await owner.pressSequentially('mor');
    await tab.page.getByRole('listbox', { name: 'Owner' }).getByRole('option').first().waitFor();
    assert.match(query(), /^\?mail=off$/, 'half a name narrows nothing');
    await owner.press('ArrowDown');
    await reach(/owner=morel/, () => owner.press('Enter'));
    assert.deepEqual(await names(), [domains.off]);
    await assertAccessible(tab.page);
    await reach(/\?owner=morel$/, () => set().getByTitle('Clear the filter Mail service').click());
    assert.ok((await names()).length > 5);
    assert.equal(await mail().inputValue(), '');
    await tab.page.getByRole('searchbox').fill('boulangerie');
    await tab.page.waitForURL(/q=boulangerie&owner=morel/);
    await settled(tab.page);
    assert.deepEqual(await names(), [domains.usual]);
    const file = tab.page.locator('#table-actions a', { hasText: 'CSV' }).first();
    assert.match((await file.getAttribute('href')) ?? '', /q=boulangerie&owner=morel/);
    await reach(/\?q=boulangerie$/, () => tab.page.getByText('Clear all filters').click());
  });

  it('report an unknown name at the filter, and that nothing matches', async () => {
    await tab.open('/domains?owner=nobody');
    await tab.page.getByText('No account has the login “nobody”.').waitFor();
    await tab.page.locator('.empty-state').getByText('Nothing matches these filters.').waitFor();
    await reach(/\/domains\?$|\/domains$/, () =>
      tab.page.getByRole('link', { name: 'Clear the filter', exact: true }).click(),
    );
    assert.equal((await names()).length, 50);
  });

  it('narrow a list to a range, whose error is shown at its fields', async () => {
    await tab.open(`/domains/${domains.usual}/mailboxes`);
    const quota = tab.page.getByRole('group', { name: 'Quota' });
    const [from, to] = [quota.getByLabel('from'), quota.getByLabel('to', { exact: true })];
    await from.fill('1,5 GB');
    await reach(/\?quota-from=1%2C5\+GB$/, () => from.press('Tab'));
    await set().getByText('Quota: from 1.5 GB').waitFor();
    assert.ok((await names()).length > 0);
    await to.fill('2 much');
    await reach(/quota-to=2\+much$/, () => to.press('Enter'));
    const error = tab.page.getByText('“2 much” is not a size. Type a number with MB or GB.');
    await error.waitFor();
    const described = (await to.getAttribute('aria-describedby')) ?? '';
    assert.equal(await tab.page.locator(`#${described}`).innerText(), await error.innerText());
    await assertAccessible(tab.page);
    await reach(/\/mailboxes\??$/, () => set().getByTitle('Clear the filter Quota').click());
    assert.equal(await from.inputValue(), '');
  });

  it('mark the fields of an invalid range, without JavaScript and in French too', async () => {
    await tab.open('/domains?created-from=2026-11-30&created-to=2026-11-01', {
      javaScript: false,
      width: 360,
      locale: 'fr',
    });
    await tab.page.getByText(/Ajouté le\s:\sdu 30 nov. 2026 au 1 nov. 2026/).waitFor();
    await tab.page.getByText('La fin précède le début.').waitFor();
    const fields = tab.page.locator('input[name^="created-"]');
    for (const field of await fields.all()) {
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
    }
    await fields.first().fill('2020-01-01');
    await Promise.all([
      tab.page.waitForURL(/created-from=2020-01-01/),
      tab.page.getByRole('button', { name: 'Rechercher' }).click(),
    ]);
    assert.equal(await fields.first().inputValue(), '2020-01-01');
    await assertFitsWidth(tab.page);
  });

  it('accept several states of messages', async () => {
    await tab.open('/messages');
    await tab.page.locator('summary', { hasText: 'Status' }).click();
    await reach(/state=failed/, () => tab.page.getByRole('checkbox', { name: 'Failed' }).check());
    await reach(/state=failed%2Cunknown|state=failed&state=unknown/, () =>
      tab.page.getByRole('checkbox', { name: 'Unknown' }).check(),
    );
    await set().getByText('Status: Failed and Unknown').waitFor();
    await assertAccessible(tab.page);
  });

  for (const path of ['/domains?mail=on', '/audit', '/accounts', '/smtp-servers', '/messages']) {
    it(`fit a narrow screen, in the dark theme and in French: ${path}`, async () => {
      await tab.open(path, { width: 360, theme: 'dark', locale: 'fr' });
      await assertFitsWidth(tab.page);
      await assertAccessible(tab.page);
    });
  }

  for (const locale of ['en', 'fr'] as const) {
    it(`have labels of one line at 1280 px in ${locale}`, async () => {
      const paths = ['domains', 'accounts', 'smtp-servers', 'messages', 'audit', 'jobs'];
      for (const path of [...paths, `domains/${domains.usual}/mailboxes`]) {
        await tab.open(`/${path}`, { width: 1280, locale });
        const heights = await tab.page
          .locator('.filter > label, .filter > legend')
          .evaluateAll((labels) => labels.map((label) => label.getBoundingClientRect().height));
        assert.deepEqual(
          heights.filter((height) => height > 24),
          [],
          path,
        );
      }
    });
  }

  it('work as a plain form without JavaScript', async () => {
    await tab.open('/domains', { javaScript: false, width: 360 });
    await mail().selectOption('off');
    await tab.page.getByRole('textbox', { name: 'Owner' }).fill('MOREL');
    await Promise.all([
      tab.page.waitForURL(/mail=off/),
      tab.page.getByRole('button', { name: 'Search' }).click(),
    ]);
    assert.deepEqual(await names(), [domains.off]);
    await set().getByText('Owner: MOREL').waitFor();
    assert.equal(await mail().inputValue(), 'off');
  });
});
