import assert from 'node:assert/strict';
import { assertAccessible, assertFitsWidth } from '../support/browser.js';
import { screens } from './screens.js';
import { useTab } from './tab.js';

describe('the pages of jobs', () => {
  const tab = useTab();
  const job = () => tab.site.sample.ids.job;
  const change = (columns: object) =>
    tab.site.app.db.knex('jobs').where({ id: job() }).update(columns);

  afterEach(() => change({ state: 'running', done: 1200, finished_at: null }));

  it('update progress in the list, in the chosen order', async () => {
    await tab.open('/jobs');
    const { page } = tab;
    await page.getByRole('link', { name: 'Status', exact: true }).click();
    await page.waitForURL(/sort=state/);
    await page.getByRole('link', { name: 'Refresh', exact: true }).focus();
    await change({ done: 2000 });
    await page.getByText('2,000 of 4,000').waitFor();
    assert.match(page.url(), /sort=state/);
    assert.equal(await page.locator('th[aria-sort]').textContent(), 'Status');
    await assertAccessible(page);
  });

  it('update a job’s progress, keep the focus, and stop polling at its end', async () => {
    await tab.open(`/jobs/${job()}`);
    const { page } = tab;
    const cancel = page.getByRole('button', { name: 'Cancel the job' });
    await cancel.focus();
    await change({ done: 2000 });
    await page.getByText('2,000 of 4,000').waitFor();
    assert.equal(await page.getByRole('progressbar').getAttribute('value'), '2000');
    assert.ok(await cancel.evaluate((button) => button === document.activeElement));

    await change({ state: 'done', done: 4000, finished_at: Date.now() });
    await page.getByText('4,000 of 4,000').waitFor();
    assert.equal(await page.getByRole('status').textContent(), 'Done');
    assert.equal(await page.locator('#job [hx-get]').count(), 0);
    await assertAccessible(page);
  });

  for (const { on, looks } of screens) {
    it(`show current progress when they are reopened, ${on}`, async () => {
      await tab.open('/jobs', looks);
      await tab.page.locator(`a[href$="/jobs/${job()}"]`).click();
      await tab.page.getByText('1,200 of 4,000').waitFor();
      await change({ done: 1300 });
      await tab.goTo('/jobs');
      await tab.page.getByText('1,300 of 4,000').waitFor();
      await tab.page.goBack();
      await tab.page.getByRole('link', { name: 'Refresh', exact: true }).click();
      await tab.page.getByText('1,300 of 4,000').waitFor();
      await assertFitsWidth(tab.page);
    });
  }
});
