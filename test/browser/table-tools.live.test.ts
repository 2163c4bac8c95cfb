import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Download } from 'playwright-core';
import { assertAccessible, assertPartAccessible, settled } from '../support/browser.js';
import { parseServerForm } from '../../plugin/features/smtp-servers/forms.js';
import { good, services } from '../features/smtp-servers/scene.js';
import { languageFor } from '../../plugin/web/locale.js';
import { beginnings, exported } from './downloads.js';
import { screens } from './screens.js';
import type { Site } from './site.js';
import { useTab } from './tab.js';

/** Enough entries for an export of several seconds. */
async function addEntries({ app }: Site, actor: string, count: number): Promise<void> {
  await app.db.knex.raw(
    `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
     INSERT INTO audit_entries (at, actor, origin, action, subject, group_id, search_text)
     SELECT 1700000000000 + n, ?, 'cli', 'domain.created', 'd' || n || '.example', 'many-' || n, 'd' || n
     FROM numbers`,
    [count, actor],
  );
  await app.db.knex.raw(
    `INSERT INTO audit_acts (group_id, action, thing, did, owner_id, reseller_id, at, first_id, entries, change_digest, origin)
     SELECT group_id, action, 'domain', 'created', 0, 0, at, id, 1, '', origin FROM audit_entries WHERE actor = ?`,
    [actor],
  );
}

/** Adds a server of the sample's customer. */
async function addServer({ app, sample }: Site, title: string): Promise<void> {
  const { smtpServers } = app.features;
  const viewer = await app.panel.viewers.of({ accountId: sample.customer.id, origin: 'test' });
  assert.ok(viewer !== undefined);
  await smtpServers.create(viewer, parseServerForm({ ...good, title }, services));
}

const among = (from: number, to: number, count: number): readonly boolean[] =>
  Array.from({ length: count }, (_none, n) => n >= from && n <= to);

describe('the tools of a list', () => {
  const tab = useTab('administrator');

  const headings = (): Promise<string[]> =>
    tab.page.locator('th[scope="col"]:not(.is-selection)').allTextContents();
  const menu = async (name: string): Promise<void> => {
    await tab.page.locator('.table-menu > summary', { hasText: name }).click();
  };
  /** axe needs JavaScript. */
  const assertAccessibleIf = async (hasScripts: boolean): Promise<void> => {
    if (hasScripts) {
      await assertAccessible(tab.page);
    }
  };
  const beginExport = async (): Promise<Download> => {
    await tab.open('/audit');
    await menu('Export');
    const [file] = await Promise.all([
      tab.page.waitForEvent('download'),
      tab.page.getByRole('link', { name: 'Excel', exact: true }).click(),
    ]);
    return file;
  };
  const progressOf = (state: string) => tab.page.locator(`[data-export="${state}"]`);
  const language = languageFor('en');
  const atFirst = [
    'Domain',
    'Owner',
    'Mail service',
    'Unknown recipients',
    'MX records',
    'Mailboxes',
  ];

  for (const { on, looks } of screens) {
    it(`hide columns, remember that, and restore them, ${on}`, async () => {
      await tab.open('/domains?q=atelier&sort=created&dir=desc', looks);
      await menu('Columns');
      await assertAccessibleIf(looks.javaScript);
      await tab.page.getByRole('checkbox', { name: 'Owner' }).uncheck();
      await tab.page.getByRole('checkbox', { name: 'MX records' }).uncheck();
      await tab.page.getByRole('button', { name: 'Apply' }).click();
      await tab.page.getByRole('link', { name: 'Owner' }).waitFor({ state: 'detached' });
      await tab.page.locator('th', { hasText: 'MX records' }).waitFor({ state: 'detached' });
      assert.match(tab.page.url(), /\?q=atelier&sort=created&dir=desc$/);

      await tab.goTo('/domains');
      assert.deepEqual(
        await headings(),
        atFirst.filter((each) => !['Owner', 'MX records'].includes(each)),
      );
      await menu('Columns');
      await tab.page.getByRole('button', { name: 'Restore defaults' }).click();
      await tab.page.locator('th', { hasText: 'MX records' }).waitFor();
      assert.deepEqual(await headings(), atFirst);
    });

    it(`hide all columns except the one that names the row, ${on}`, async () => {
      await tab.open('/domains', looks);
      await menu('Columns');
      await tab.page.getByRole('button', { name: 'None' }).click();
      if (looks.javaScript) {
        assert.equal(await tab.page.locator('[name="column"]:enabled:checked').count(), 0);
        assert.deepEqual(await headings(), atFirst);
        await tab.page.getByRole('button', { name: 'Apply' }).click();
      }
      await tab.page.locator('th', { hasText: 'MX records' }).waitFor({ state: 'detached' });
      assert.deepEqual(await headings(), ['Domain']);
      if (looks.javaScript) {
        await tab.page.locator('#table-columns:focus').waitFor();
      }
      await menu('Columns');
      await tab.page.getByRole('button', { name: 'Restore defaults' }).click();
      await tab.page.locator('th', { hasText: 'MX records' }).waitFor();
    });

    it(`export matching rows, ${on}`, async () => {
      await tab.open('/domains?q=atelier-br', looks);
      await assertAccessibleIf(looks.javaScript);
      await menu('Export');
      if (looks.javaScript) {
        await assertPartAccessible(tab.page, '.table-menu[open]');
      }
      const { name, content } = await exported(tab.page, 'csv', language);
      assert.match(name, /^Domains \d{4}-\d{2}-\d{2}\.csv$/);
      const lines = content.toString('utf8').trimEnd().split('\r\n');
      assert.equal(lines[0], atFirst.join(','));
      assert.equal(lines.length, 2);
      assert.match(lines[1] ?? '', /^atelier-brest\.example,/);

      for (const format of ['xlsx', 'pdf'] as const) {
        const file = await exported(tab.page, format, language);
        assert.ok(file.name.endsWith(`.${format}`));
        assert.equal(file.content.toString('latin1').indexOf(beginnings[format]), 0);
      }
    });
  }

  it('keep the selection over pages, searches and a refresh, and apply an action to it', async () => {
    await tab.open('/smtp-servers');
    const count = tab.page.locator('.selection-count');
    const boxes = tab.page.locator('tbody input[name="id"]');
    await tab.page.locator('.selection-actions button[disabled]').first().waitFor();
    const name = await boxes.first().getAttribute('aria-label');
    await boxes.first().check();
    assert.equal(await count.textContent(), '1 row selected');
    await assertAccessible(tab.page);

    await tab.page.getByRole('searchbox').fill('nothing like this');
    await tab.page.waitForURL(/q=nothing/);
    await tab.page.getByRole('searchbox').fill('');
    await tab.page.waitForURL(/\/smtp-servers\??$/);
    await settled(tab.page);
    await tab.page.getByRole('link', { name: 'Refresh' }).click();
    await settled(tab.page);
    assert.equal(await boxes.first().isChecked(), true);

    await tab.page.locator('.selection-actions').getByRole('button', { name: 'Remove' }).click();
    await tab.page.getByRole('heading', { name: 'Remove one SMTP server?' }).waitFor();
    await tab.page.getByText((name ?? '').replace('Select ', '')).waitFor();
    await assertAccessible(tab.page);
    await tab.page.getByRole('link', { name: 'Cancel' }).click();
    await tab.page.getByRole('button', { name: 'Clear selection' }).click();
    assert.equal(await boxes.first().isChecked(), false);
  });

  it('select all rows between two with the Shift key', async () => {
    await tab.openAlone('/domains');
    const boxes = tab.page.locator('input[name="id"]');
    const selected = async (): Promise<readonly boolean[]> =>
      await boxes.evaluateAll((shown) =>
        shown.map((box) => 'checked' in box && box.checked === true),
      );
    await boxes.nth(3).click();
    await boxes.nth(1).click({ modifiers: ['Shift'] });
    const total = await boxes.count();
    assert.ok(total > 3, String(total));
    assert.deepEqual(await selected(), among(1, 3, total));
    await boxes.nth(2).click();
    await boxes.nth(3).click({ modifiers: ['Shift'] });
    assert.deepEqual(await selected(), among(1, 1, total));
    assert.equal(await tab.page.locator('.selection-count').textContent(), '1 row selected');
    await tab.page.getByRole('button', { name: 'Clear selection' }).click();
  });

  it('drop a selection once its rows are removed, and another account’s', async () => {
    const titles = ['Selected once', 'Selected twice'];
    for (const title of titles) {
      await addServer(tab.site, title);
    }
    const { administrator, customer } = tab.site.sample;
    const token = await tab.site.app.panel.signIn.createLink(administrator.id);
    await tab.openAlone(`/sign-in/${token}`, {}, 'visitor');
    await tab.page.getByRole('button', { name: 'Sign in' }).click();
    await tab.page.getByRole('heading', { level: 1 }).waitFor();
    const list = '/smtp-servers?q=selected';
    const actions = tab.page.locator('.selection-actions');
    const enabled = actions.locator('button:enabled');
    await tab.goTo(list);
    await tab.page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
    assert.equal(await tab.page.locator('.selection-count').textContent(), '2 rows selected');

    await tab.goTo(`/accounts/${customer.id}`);
    await tab.page.getByRole('button', { name: /^Act as/ }).click();
    await tab.goTo(list);
    await tab.page.getByRole('link', { name: 'Selected once', exact: true }).waitFor();
    assert.equal(await enabled.count(), 0);
    assert.equal(await tab.page.locator('tbody input:checked').count(), 0);
    await tab.page.getByRole('button', { name: 'Back to my account' }).click();

    await tab.goTo(list);
    assert.equal(await enabled.count(), 0);
    await tab.page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
    await actions.getByRole('button', { name: 'Remove' }).click();
    await tab.page.getByRole('button', { name: 'Remove 2 SMTP servers' }).click();
    await tab.page.getByText('SMTP servers removed: 2.').waitFor();
    assert.equal(await enabled.count(), 0);
  });

  describe('during an export', () => {
    const actor = 'somebody who did much';
    before(() => addEntries(tab.site, actor, 250_000));
    after(async () => {
      const { knex } = tab.site.app.db;
      await knex('audit_acts').where('group_id', 'like', 'many-%').delete();
      await knex('audit_entries').where({ actor }).delete();
    });

    it('show its progress until the file is complete', async () => {
      const file = await beginExport();
      await progressOf('running').getByRole('progressbar').waitFor();
      await tab.page.getByText(/^Exporting: [\d,]+ of 25\d,\d+ rows$/).waitFor();
      await assertAccessible(tab.page);
      await progressOf('done').waitFor();
      await tab.page.getByText(/^Exported: 25\d,\d+ rows$/).waitFor();
      assert.equal(readFileSync(await file.path(), 'latin1').indexOf(beginnings.xlsx), 0);
    });

    it('cancel it', async () => {
      const file = await beginExport();
      await progressOf('running').getByRole('button', { name: 'Cancel the export' }).click();
      await tab.page.getByText(/^The export was cancelled\./).waitFor();
      assert.notEqual(await file.failure(), null);
    });
  });

  it('select rows of the page or all matching ones without JavaScript', async () => {
    await tab.open('/smtp-servers', { javaScript: false });
    await tab.page.getByRole('checkbox', { name: /^Select all \d+ rows$/ }).check();
    await tab.page.locator('.selection-actions').getByRole('button', { name: 'Remove' }).click();
    await tab.page.getByRole('heading', { name: /^Remove .* SMTP servers?\?$/ }).waitFor();
  });
});
