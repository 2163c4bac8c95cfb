import assert from 'node:assert/strict';
import { type Looks, assertAccessible, settled } from '../support/browser.js';
import { screens } from './screens.js';
import { useTab } from './tab.js';

describe('the list of domains', () => {
  const tab = useTab('administrator');

  const open = (looks: Partial<Looks>, query = ''): Promise<void> =>
    tab.open(`/domains${query}`, looks);
  const names = (): Promise<string[]> => tab.page.locator('tbody th').allTextContents();
  const query = (): string => new URL(tab.page.url()).search;
  /** Triggers another state of the list and waits for it. */
  const reach = async (expected: RegExp, action: () => Promise<unknown>): Promise<void> => {
    await Promise.all([tab.page.waitForURL(expected), action()]);
    await settledIfScripted();
  };
  const settledIfScripted = async (): Promise<void> => {
    if ((await tab.page.locator('[data-htmx-powered]').count()) > 0) {
      await settled(tab.page);
    }
  };

  for (const { on, looks } of screens) {
    it(`is searched, sorted and paged, with its state in the URL, ${on}`, async () => {
      const first = tab.site.app.db.knex('domains').where({ name: 'boulangerie-morel.example' });
      await first.update({ mx: 'elsewhere' });
      await open(looks);
      assert.equal((await names()).length, 50);

      await reach(/after=/, () => tab.page.getByRole('link', { name: 'Next' }).click());
      const second = await names();
      assert.equal(second.length, 50);
      await reach(/\?sort=mx&dir=asc$/, () =>
        tab.page.getByRole('link', { name: 'MX records' }).click(),
      );
      assert.equal(await tab.page.locator('[aria-sort]').getAttribute('aria-sort'), 'ascending');
      assert.deepEqual((await names()).slice(0, 1), ['boulangerie-morel.example']);
      await reach(/size=25/, () => tab.page.getByRole('link', { name: '25', exact: true }).click());
      assert.equal((await names()).length, 25);

      await tab.page.getByRole('searchbox').fill('BÜCHER morel');
      await reach(/q=B%C3%9CCHER/, () => tab.page.getByRole('searchbox').press('Enter'));
      await tab.page.getByText('1 row').first().waitFor();
      assert.deepEqual(await names(), ['bücher.example']);
      assert.match(query(), /&sort=mx&dir=asc&size=25$/);

      await tab.page.getByRole('link', { name: 'bücher.example', exact: true }).click();
      await tab.page.waitForURL(/\/domains\/xn--bcher-kva\.example\/mail-settings\?back=/);
      await settledIfScripted();
      await reach(/q=B%C3%9CCHER/, () => tab.page.goBack());
      assert.deepEqual(await names(), ['bücher.example']);
      assert.equal(await tab.page.getByRole('searchbox').inputValue(), 'BÜCHER morel');
    });

    it(`is shown again as it was left, ${on}`, async () => {
      await open(looks, '?sort=created&dir=asc');
      await tab.page.getByRole('searchbox').fill('morel');
      await reach(/q=morel/, () => tab.page.getByRole('searchbox').press('Enter'));
      await tab.page.locator('.filters-set, tbody tr').first().waitFor();
      const left = withoutEmpty(query());
      assert.match(left, /q=morel.*sort=created/);
      await tab.page.getByRole('link', { name: 'Add a domain' }).click();
      await tab.page.waitForURL(/\/domains\/new/);
      await reach(/\/domains\?/, () => tab.page.getByRole('link', { name: 'Cancel' }).click());
      assert.equal(query(), left);
      await tab.page.getByRole('link', { name: 'boulangerie-morel.example', exact: true }).click();
      await tab.page.waitForURL(/mail-settings/);
      await tab.page.reload();
      await reach(/\/domains\?/, () => tab.page.locator('.crumbs a').click());
      assert.equal(query(), left);
    });

    it(`offers to clear a search that nothing matches, ${on}`, async () => {
      await open(looks, '?q=nothing+like+this');
      await tab.page
        .locator('.empty-state')
        .getByText('No results for “nothing like this”.')
        .waitFor();
      await reach(/\/domains\?$|\/domains$/, () =>
        tab.page.getByRole('link', { name: 'Clear the search' }).click(),
      );
      assert.equal((await names()).length, 50);
      assert.equal(await tab.page.getByRole('searchbox').inputValue(), '');
    });

    it(`offers what a search may have meant, ${on}`, async () => {
      await open(looks, '?q=bolangerie');
      const near = tab.page.getByRole('link', { name: 'boulangerie-morel.example' });
      await near.waitFor();
      if (looks.javaScript) {
        await assertAccessible(tab.page);
      }
      await near.focus();
      await reach(/\?q=boulangerie-morel\.example$/, () => tab.page.keyboard.press('Enter'));
      assert.deepEqual(await names(), ['boulangerie-morel.example']);
      const search = tab.page.getByRole('searchbox');
      assert.equal(await search.inputValue(), 'boulangerie-morel.example');
      if (looks.javaScript) {
        assert.equal(await tab.page.evaluate(() => document.activeElement?.id), 'search');
      }
    });
  }

  it('goes back and forth through the visited pages', async () => {
    await open({});
    const first = await names();
    await reach(/after=/, () => tab.page.getByRole('link', { name: 'Next' }).click());
    const second = await names();
    await reach(/dir=desc/, () =>
      tab.page.getByRole('link', { name: 'Domain', exact: true }).click(),
    );
    await reach(/after=/, () => tab.page.goBack());
    await tab.page.getByText(second[0] ?? '').waitFor();
    assert.deepEqual(await names(), second);
    await reach(/\/domains$/, () => tab.page.goBack());
    await tab.page.getByText(first[0] ?? '').waitFor();
    assert.deepEqual(await names(), first);
    await reach(/after=/, () => tab.page.goForward());
    await tab.page.getByText(second[0] ?? '').waitFor();
    assert.deepEqual(await names(), second);
  });

  it('replaces only the table', async () => {
    await open({});
    await tab.page.evaluate(() => {
      document.querySelector('h1')?.setAttribute('data-kept', '1');
    });
    await reach(/after=/, () => tab.page.getByRole('link', { name: 'Next' }).click());
    assert.equal(await tab.page.locator('h1[data-kept]').count(), 1);
  });

  it('searches while typing, without losing keys or the caret position', async () => {
    await open({});
    const before = await tab.page.evaluate(() => history.length);
    const field = tab.page.getByRole('searchbox');
    await field.pressSequentially('atelier-', { delay: 60 });
    await tab.page.waitForURL(/q=atelier-$/);
    await settled(tab.page);
    await field.pressSequentially('br', { delay: 60 });
    await tab.page.waitForURL(/q=atelier-br$/);
    await settled(tab.page);
    assert.deepEqual(await names(), ['atelier-brest.example']);
    assert.equal(await field.inputValue(), 'atelier-br');
    assert.equal(await field.evaluate((input) => input === document.activeElement), true);
    assert.equal(await tab.page.evaluate(() => history.length), before, 'typing fills the history');
    assert.equal(await tab.page.locator('#table-status').textContent(), '1 row');
  });

  it('keeps the focus on the pressed button, also on the last page', async () => {
    await open({});
    const focused = (): Promise<string> =>
      tab.page.evaluate(() => document.activeElement?.textContent.trim() ?? '');
    await tab.page.getByRole('link', { name: 'MX records' }).focus();
    await reach(/sort=mx/, () => tab.page.keyboard.press('Enter'));
    assert.equal(await focused(), 'MX records');
    await tab.page.getByRole('link', { name: 'Last' }).focus();
    await reach(/before=end/, () => tab.page.keyboard.press('Enter'));
    assert.equal(await focused(), 'Last');
    await tab.page.keyboard.press('Shift+Tab');
    assert.equal(await focused(), 'Previous');
    await assertAccessible(tab.page);
  });

  it('scrolls to the first row after paging, and not after sorting', async () => {
    await open({});
    await reach(/dir=desc/, () =>
      tab.page.getByRole('link', { name: 'Domain', exact: true }).click(),
    );
    assert.equal(await tab.page.evaluate(() => window.scrollY), 0);
    await reach(/after=/, () => tab.page.getByRole('link', { name: 'Next' }).click());
    const top = await tab.page.locator('tbody tr').first().boundingBox();
    assert.ok(top !== null && top.y > 0 && top.y < 400, JSON.stringify(top));
  });

  it('redirects to the sign-in page when the session has ended', async () => {
    await tab.openAlone('/domains', {}, 'newcomer');
    await tab.page.context().clearCookies();
    await Promise.all([
      tab.page.waitForURL(/\/sign-in\?to=/),
      tab.page.getByRole('link', { name: 'Refresh' }).click(),
    ]);
    await tab.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('says what to do next while it is empty', async () => {
    await tab.open('/domains', {}, 'newcomer');
    await tab.page.locator('.empty-state').getByText('No domains yet').waitFor();
    assert.equal(await tab.page.getByRole('table').count(), 0);
  });
});

/** A form without JavaScript also sends the filters that are not set. */
function withoutEmpty(query: string): string {
  return query.replaceAll(/(?<=[?&])[\w-]+=(?:&|$)/g, '');
}
