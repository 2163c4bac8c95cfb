import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { domains } from './sample.js';
import { useTab } from './tab.js';

/** Chromium stops at the day, the month, the year and the calendar of a date. */
const furtherParts = 3;

describe('the keyboard', () => {
  const tab = useTab();
  const settings = `/domains/${domains.usual}/mail-settings`;

  it('skips to the content with the first link', async () => {
    await tab.open(settings);
    await tab.page.keyboard.press('Tab');
    const link = tab.page.getByRole('link', { name: 'Skip to the content' });
    const box = await link.boundingBox();
    assert.ok(box !== null && box.x >= 0 && box.y >= 0, JSON.stringify(box));
    await tab.page.keyboard.press('Enter');
    assert.equal(await tab.page.evaluate(() => document.activeElement?.id), 'content');
    await tab.page.keyboard.press('Tab');
    assert.ok(await tab.page.evaluate(() => document.activeElement?.closest('main') !== null));
  });

  for (const [path, width] of [
    [settings, 1280],
    [settings, 360],
    ['/domains', 1280],
    ['/domains', 360],
  ] as const) {
    it(`reaches everything on ${path} at ${width} px with a visible focus and no trap`, async () => {
      await tab.open(path, { width });
      const expected = await tab.page.evaluate(tabStops);
      const dates = await tab.page.locator('[type=date]').count();
      const reached: string[] = [];
      for (let presses = 0; presses <= expected.length + dates * furtherParts; presses += 1) {
        await tab.page.keyboard.press('Tab');
        const focus = await tab.page.evaluate(whereFocusIs);
        if (focus === undefined) {
          break;
        }
        assert.ok(focus.isVisible, `${focus.name} is focused where nobody sees it`);
        assert.ok(focus.isMarked, `${focus.name} does not look focused`);
        if (!focus.isDate || reached.at(-1) !== focus.name) {
          reached.push(focus.name);
        }
      }
      assert.deepEqual(reached, expected);
    });
  }

  it('opens the account menu, and Escape closes it and restores the focus', async () => {
    await tab.open('/domains');
    const summary = tab.page.locator('summary', { hasText: 'morel' });
    await summary.focus();
    await tab.page.keyboard.press('Enter');
    await tab.page.keyboard.press('Tab');
    assert.equal(await focusedText(tab.page), 'Preferences');
    await tab.page.keyboard.press('Escape');
    assert.equal(await focusedText(tab.page), 'morel');
    assert.equal(await tab.page.getByRole('link', { name: 'Preferences' }).isVisible(), false);
  });

  it('opens the menu on a phone', async () => {
    await tab.open('/domains', { width: 360 });
    const entry = tab.page.getByRole('link', { name: 'Activity' });
    assert.equal(await entry.isVisible(), false);
    await tab.page.locator('summary', { hasText: 'Menu' }).focus();
    await tab.page.keyboard.press('Enter');
    assert.equal(await entry.isVisible(), true);
    await tab.page.keyboard.press('Escape');
    assert.equal(await entry.isVisible(), false);
  });

  it('selects a policy with the arrow keys, and Tab moves to its field', async () => {
    await tab.open(settings);
    await tab.page.getByRole('radio', { name: 'Refuse' }).focus();
    await tab.page.keyboard.press('ArrowDown');
    await tab.page.keyboard.press('Tab');
    assert.equal(await tab.page.evaluate(() => document.activeElement?.id), 'bounceText');
  });
});

describe('the menu', () => {
  const tab = useTab();

  for (const javaScript of [true, false]) {
    it(`is open beside the page and closed on a phone ${javaScript ? 'with' : 'without'} JavaScript`, async () => {
      for (const width of [1280, 360] as const) {
        await tab.open('/domains', { width, javaScript });
        const entry = tab.page.getByRole('link', { name: 'Activity' });
        assert.equal(await entry.isVisible(), width === 1280, `${width} px`);
        if (width === 360) {
          await tab.page.locator('summary', { hasText: 'Menu' }).click();
          assert.ok(await entry.isVisible());
        }
      }
    });
  }
});

function focusedText(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.textContent.trim());
}

/** In the browser: expected tab stops, in order; of a radio group, the checked button. */
function tabStops(): string[] {
  const selector = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
  return [...document.querySelectorAll<HTMLElement>(selector)]
    .filter((element) => !element.matches(':disabled, [type="hidden"], [tabindex="-1"]'))
    .filter((element) => !element.matches('[type="radio"]:not(:checked)'))
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .map((element) => element.id || element.textContent.trim());
}

interface Focus {
  readonly name: string;
  readonly isDate: boolean;
  readonly isVisible: boolean;
  readonly isMarked: boolean;
}

/** In the browser: the focused element, whether it is visible, and whether its focus is. */
function whereFocusIs(): Focus | undefined {
  const element = document.activeElement;
  if (element === null || element === document.body) {
    return undefined;
  }
  const box = element.getBoundingClientRect();
  const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.y + box.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  /** The whole text of a cell that is cut off is shown over it. */
  const isWhole = (over: Element): boolean =>
    over.closest('.whole')?.textContent?.trim() === element.textContent?.trim();
  return {
    name: element.id || (element.textContent ?? '').trim(),
    isDate: element.matches('[type=date]'),
    isVisible: top !== null && (element.contains(top) || top.contains(element) || isWhole(top)),
    isMarked: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
  };
}
