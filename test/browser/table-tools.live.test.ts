import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Download, Page } from 'playwright-core';
import { type Looks, type Tab, assertAccessible, openTab, settled } from '../support/browser.js';
import { parseServerForm } from '../../plugin/features/smtp-servers/forms.js';
import { good, services } from '../features/smtp-servers/scene.js';
import { languageFor } from '../../plugin/web/locale.js';
import { beginnings, exported } from './downloads.js';
import { screens } from './screens.js';
import { sharedSite } from './shared.js';
import type { Site } from './site.js';

/** So many that their export takes seconds. */
async function addEntries({ app }: Site, actor: string, count: number): Promise<void> {
  await app.db.knex.raw(
    `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
     INSERT INTO audit_entries (at, actor, origin, action, subject, search_text)
     SELECT 1700000000000 + n, ?, 'cli', 'domain.created', 'd' || n || '.example', 'd' || n FROM numbers`,
    [count, actor],
  );
}

/** A server of the customer of the sample. */
async function addServer({ app, sample }: Site, title: string): Promise<void> {
  const { smtpServers } = app.features;
  const viewer = await app.panel.viewers.of({ accountId: sample.customer.id, origin: 'test' });
  assert.ok(viewer !== undefined);
  await smtpServers.create(viewer, parseServerForm({ ...good, title }, services));
}

describe('what a list can do beside showing its rows', () => {
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

  const open = async (looks: Partial<Looks>, path: string): Promise<void> => {
    tab = await openTab(await site.contextOf('administrator', looks));
    page = tab.page;
    await page.goto(site.web.url + path);
  };
  const headings = (): Promise<string[]> =>
    page.locator('th[scope="col"]:not(.is-mark)').allTextContents();
  const menu = async (name: string): Promise<void> => {
    await page.locator('.table-menu > summary', { hasText: name }).click();
  };
  /** What looks for it is a script itself. */
  const assertAccessibleIf = async (hasScripts: boolean): Promise<void> => {
    if (hasScripts) {
      await assertAccessible(page);
    }
  };
  const beginExport = async (): Promise<Download> => {
    await open({}, '/audit');
    await menu('Export');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Excel', exact: true }).click(),
    ]);
    return file;
  };
  const progressOf = (state: string) => page.locator(`[data-export="${state}"]`);
  const language = languageFor('en');
  const all = ['Domain', 'Owner', 'Mail service', 'Unknown recipients', 'Mailboxes', 'Created'];

  for (const { on, looks } of screens) {
    it(`hides columns, keeps that, and restores them, ${on}`, async () => {
      await open(looks, '/domains?q=atelier&sort=created&dir=desc');
      await menu('Columns');
      await assertAccessibleIf(looks.javaScript);
      await page.getByRole('checkbox', { name: 'Owner' }).uncheck();
      await page.getByRole('checkbox', { name: 'Created' }).uncheck();
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.getByRole('link', { name: 'Owner' }).waitFor({ state: 'detached' });
      await page.locator('th', { hasText: 'Created' }).waitFor({ state: 'detached' });
      assert.match(page.url(), /\?q=atelier&sort=created&dir=desc$/);

      await page.goto(`${site.web.url}/domains`);
      assert.deepEqual(
        await headings(),
        all.filter((each) => !['Owner', 'Created'].includes(each)),
      );
      await menu('Columns');
      await page.getByRole('button', { name: 'Restore defaults' }).click();
      await page.locator('th', { hasText: 'Created' }).waitFor();
      assert.deepEqual(await headings(), all);
    });

    it(`exports what matches, ${on}`, async () => {
      await open(looks, '/domains?q=atelier-br');
      await menu('Export');
      await assertAccessibleIf(looks.javaScript);
      const { name, content } = await exported(page, 'csv', language);
      assert.match(name, /^Domains \d{4}-\d{2}-\d{2}\.csv$/);
      const lines = content.toString('utf8').trimEnd().split('\r\n');
      assert.equal(lines[0], all.join(','));
      assert.equal(lines.length, 2);
      assert.match(lines[1] ?? '', /^atelier-brest\.example,/);

      for (const format of ['xlsx', 'pdf'] as const) {
        const file = await exported(page, format, language);
        assert.ok(file.name.endsWith(`.${format}`));
        assert.equal(file.content.toString('latin1').indexOf(beginnings[format]), 0);
      }
    });
  }

  it('keeps marks over pages, searches and a refresh, and takes them to what is done with them', async () => {
    await open({}, '/smtp-servers');
    const count = page.locator('.selection-count output');
    const boxes = page.locator('tbody input[name="id"]');
    assert.equal(await page.locator('.selection-actions').isVisible(), false);
    const name = await boxes.first().getAttribute('aria-label');
    await boxes.first().check();
    assert.equal(await count.textContent(), '1');
    await assertAccessible(page);

    await page.getByRole('searchbox').fill('nothing like this');
    await page.waitForURL(/q=nothing/);
    await page.getByRole('searchbox').fill('');
    await page.waitForURL(/q=$/);
    await settled(page);
    await page.getByRole('link', { name: 'Refresh' }).click();
    await settled(page);
    assert.equal(await boxes.first().isChecked(), true);

    await page.locator('.selection-actions').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('heading', { name: 'Remove one SMTP server?' }).waitFor();
    await page.getByText((name ?? '').replace('Mark ', '')).waitFor();
    await assertAccessible(page);
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Clear the marks' }).click();
    assert.equal(await boxes.first().isChecked(), false);
  });

  it('forgets marks once their rows are gone, and those of somebody else', async () => {
    const titles = ['Marked once', 'Marked twice'];
    for (const title of titles) {
      await addServer(site, title);
    }
    const context = await site.newContext('visitor');
    tab = await openTab(context);
    page = tab.page;
    const { administrator, customer } = site.sample;
    await page.goto(
      `${site.web.url}/sign-in/${await site.app.panel.signIn.createLink(administrator.id)}`,
    );
    const list = `${site.web.url}/smtp-servers?q=marked`;
    const actions = page.locator('.selection-actions');
    await page.goto(list);
    await page.getByRole('checkbox', { name: 'Mark all rows of this page' }).check();
    assert.equal(await page.locator('.selection-count output').textContent(), '2');

    await page.goto(`${site.web.url}/accounts/${customer.id}`);
    await page.getByRole('button', { name: /^Act as/ }).click();
    await page.goto(list);
    await page.getByRole('link', { name: 'Marked once' }).waitFor();
    assert.equal(await actions.isVisible(), false);
    assert.equal(await page.locator('tbody input:checked').count(), 0);
    await page.getByRole('button', { name: 'Back to my account' }).click();

    await page.goto(list);
    assert.equal(await actions.isVisible(), false);
    await page.getByRole('checkbox', { name: 'Mark all rows of this page' }).check();
    await actions.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Remove 2 SMTP servers' }).click();
    await page.getByText('SMTP servers removed: 2.').waitFor();
    assert.equal(await actions.isVisible(), false);
    await context.close();
  });

  describe('while it is exported', () => {
    const actor = 'somebody who did much';
    before(() => addEntries(site, actor, 250_000));
    after(() => site.app.db.knex('audit_entries').where({ actor }).delete());

    it('shows how far that is, until the file is there', async () => {
      const file = await beginExport();
      await progressOf('running').getByRole('progressbar').waitFor();
      await page.getByText(/^Exporting: [\d,]+ of 25\d,\d+ rows$/).waitFor();
      await assertAccessible(page);
      await progressOf('done').waitFor({ timeout: 60_000 });
      await page.getByText(/^Exported: 25\d,\d+ rows$/).waitFor();
      assert.equal(readFileSync(await file.path(), 'latin1').indexOf(beginnings.xlsx), 0);
    });

    it('can be told to stop', async () => {
      const file = await beginExport();
      await progressOf('running').getByRole('button', { name: 'Cancel the export' }).click();
      await page.getByText(/^The export was cancelled\./).waitFor();
      assert.notEqual(await file.failure(), null);
    });
  });

  it('marks without JavaScript what stands on the page, or all that match', async () => {
    await open({ javaScript: false }, '/smtp-servers');
    await page.getByRole('checkbox', { name: /^All .*match/ }).check();
    await page.locator('.selection-actions').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('heading', { name: /^Remove .* SMTP servers?\?$/ }).waitFor();
  });
});
