import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { assertAccessible, assertFitsWidth, settled } from '../support/browser.js';
import { domains } from './sample.js';
import { useTab } from './tab.js';

const lists = [
  '/domains',
  '/smtp-servers',
  '/accounts',
  '/plans',
  '/audit',
  '/jobs',
  '/messages',
  '/api-tokens',
  `/domains/${domains.usual}/mailboxes`,
  `/domains/${domains.usual}/aliases`,
];

async function boxOf(place: Locator): Promise<{ x: number; y: number; width: number }> {
  const box = await place.boundingBox();
  assert.ok(box !== null);
  return box;
}

describe('a row of a list', () => {
  const tab = useTab('administrator');

  const rowHeights = (): Promise<number[]> =>
    tab.page
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => Math.round(row.getBoundingClientRect().height)));

  for (const { locale, widths } of [
    { locale: 'en', widths: [1280, 1600, 1920, 2560] },
    { locale: 'fr', widths: [1280] },
  ] as const) {
    it(`is one line, and lists use the width of the window: ${locale}`, async () => {
      await tab.open('/domains', { locale });
      for (const path of lists) {
        await tab.goTo(path);
        for (const width of widths) {
          await tab.page.setViewportSize({ width, height: 900 });
          const heights = await rowHeights();
          assert.ok(Math.max(...heights, 0) < 45, `${path} at ${width}: ${heights.join(' ')}`);
          await assertFitsWidth(tab.page);
          const region = await tab.page.locator('#table-rows').boundingBox();
          assert.ok(region && region.width > width - 300, `${path} at ${width}: ${region?.width}`);
        }
        await tab.page.setViewportSize({ width: 1280, height: 800 });
      }
    });
  }

  /** Lists with more columns than fit, and how many do. */
  const inView: Readonly<Record<string, number>> = { '/smtp-servers': 5, '/messages': 6 };

  for (const locale of ['en', 'fr'] as const) {
    it(`shows what people look for without scrolling at 1280 px: ${locale}`, async () => {
      await tab.open('/domains', { locale });
      for (const path of lists) {
        await tab.goTo(path);
        const [shown, all] = await tab.page.evaluate(columnsInView);
        assert.ok(shown >= (inView[path] ?? all), `${path}: ${shown} of ${all}`);
      }
    });
  }

  it('has its columns in the order in which people look for them', async () => {
    await tab.open('/smtp-servers');
    const headings = await tab.page.locator('thead th:not(.is-selection)').allTextContents();
    const expected = ['Title', 'Host', 'Account', 'Confirmation', 'Usage'];
    assert.deepEqual(headings.slice(0, 5), expected);
  });

  it('keeps its name and its actions in place while its columns are scrolled', async () => {
    await tab.open('/smtp-servers');
    const region = tab.page.locator('.table-scroll');
    const name = tab.page.locator('tbody th').first();
    const actions = tab.page.locator('tbody .is-actions').first();
    const before = await boxOf(actions);
    await region.evaluate((element) => (element.scrollLeft = element.scrollWidth));
    const [inside, fixed] = [await boxOf(region), await boxOf(name)];
    assert.ok(Math.abs(fixed.x - inside.x) <= 1, `${fixed.x} in ${inside.x}`);
    const moved = (await boxOf(actions)).x - before.x;
    assert.ok(Math.abs(moved) <= 1, String(moved));
    const last = await boxOf(tab.page.locator('tbody tr').first().locator('td').nth(-2));
    assert.ok(last.x >= fixed.x + fixed.width);
  });

  it('shows the whole of a text that is cut off, to the pointer and at focus, until Escape', async () => {
    await tab.open('/audit?q=support', {});
    const cut = tab.page.locator('tbody td:last-child', { hasText: 'Customer support' }).first();
    const whole = tab.page.locator('.whole:popover-open');
    // The whole appears over the cell.
    const { x, y } = await boxOf(cut);
    await tab.page.mouse.move(x + 20, y + 10);
    await whole.getByText('Name in French: Service après-vente').waitFor();
    await tab.page.mouse.move(0, 0);
    await whole.waitFor({ state: 'detached' });
    await cut.focus();
    await whole.getByText('Name in French: Service après-vente').waitFor();
    await assertAccessible(tab.page);
    await tab.page.keyboard.press('Escape');
    assert.equal(await whole.count(), 0);
    const date = await boxOf(tab.page.locator('tbody td:first-child').first());
    await tab.page.mouse.move(date.x + 20, date.y + 10);
    assert.equal(await whole.count(), 0, 'a whole text has no second one');
  });

  it('opens a link whose text is cut off where the whole is shown', async () => {
    await tab.open('/smtp-servers?q=very-long');
    await tab.page.locator('tbody th a').first().focus();
    const whole = tab.page.locator('.whole:popover-open a');
    assert.equal((await whole.textContent())?.length, 100);
    await whole.click();
    await tab.page.waitForURL(/\/smtp-servers\/\d+(?:\?|$)/);
    await settled(tab.page);
  });

  it('has every text in full without JavaScript', async () => {
    await tab.open('/audit?q=support', { javaScript: false });
    const details = tab.page
      .locator('tbody td:last-child', { hasText: 'Customer support' })
      .first();
    assert.equal(await details.evaluate((cell) => cell.scrollWidth > cell.clientWidth), false);
  });
});

/** The columns with content whose headings are wholly in view, and all of them. */
function columnsInView(): [shown: number, all: number] {
  const actions = document.querySelector('thead .is-actions')?.getBoundingClientRect();
  const scroll = document.querySelector('.table-scroll')?.getBoundingClientRect();
  const edge = (actions?.left ?? scroll?.right ?? 0) + 1;
  const headings = [...document.querySelectorAll('thead th:not(.is-actions, .is-selection)')];
  const shown = headings.filter((heading) => heading.getBoundingClientRect().right <= edge);
  return [shown.length, headings.length];
}
