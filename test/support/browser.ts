import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOnly, RunOptions, run } from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  type Response,
  chromium,
} from 'playwright-core';
import { programPath } from './packages.js';
import { longestWaitMs } from './processes.js';
import { VainWaits } from './vain-waits.js';

export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** How the pages are viewed. */
export interface Looks {
  readonly width: 360 | 1280;
  readonly theme: 'light' | 'dark';
  readonly locale: 'en' | 'fr';
  readonly javaScript: boolean;
}

export const usualLooks: Looks = { width: 1280, theme: 'light', locale: 'en', javaScript: true };

/** Resolves to this machine, like a panel's own name; not a secure context without TLS. */
export const outsideName = 'panel.outside.example';

const vainWaits = new VainWaits();

/**
 * Debian's Chromium as a headless shell, which draws a page with half of the processor time. Closing it deletes its
 * profile.
 */
export async function startBrowser({ logger } = vainWaits): Promise<Browser> {
  return await chromium.launch({
    logger,
    // Without a locale, Chromium gives files with accents no name.
    env: { ...process.env, LANG: 'C.UTF-8' },
    executablePath: programPath('/usr/bin/chromium-headless-shell'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Names of this machine that the browser does not treat as local.
      `--host-resolver-rules=MAP ${outsideName} 127.0.0.1, MAP *.test 127.0.0.1`,
    ],
  });
}

/** @param storageState of a signed-in visitor. */
export async function openContext(
  browser: Browser,
  looks: Partial<Looks> = {},
  storageState?: StorageState,
): Promise<BrowserContext> {
  const { width, theme, locale, javaScript } = { ...usualLooks, ...looks };
  const options: BrowserContextOptions = {
    viewport: { width, height: width === 360 ? 740 : 800 },
    colorScheme: theme,
    locale: locale === 'fr' ? 'fr-FR' : 'en-GB',
    javaScriptEnabled: javaScript,
    reducedMotion: 'reduce',
    hasTouch: width === 360,
    ...(storageState && { storageState }),
  };
  const context = await browser.newContext(options);
  context.setDefaultTimeout(longestWaitMs);
  return context;
}

/** A tab that records errors behind the page. */
export interface Tab {
  readonly page: Page;
  /** Expects these statuses of pages in addition to 200, until the next `assertQuiet`. */
  expectStatus(...statuses: readonly number[]): void;
  /** @throws {Error} with every console message, policy violation and failed request since the last call. */
  assertQuiet(): void;
}

/** Leaving a page aborts its requests. */
const left = 'net::ERR_ABORTED';

export async function openTab(context: BrowserContext): Promise<Tab> {
  const page = await context.newPage();
  vainWaits.watch(page);
  const problems: string[] = [];
  const expected = new Set<number>();

  page.on('console', (message) => {
    // Chromium logs every status above 399; only the test knows which ones are expected.
    const isStatus = message.text().startsWith('Failed to load resource');
    if (['error', 'warning'].includes(message.type()) && !isStatus) {
      problems.push(`console: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => problems.push(`script: ${error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    if (reason !== left) {
      problems.push(`request: ${request.url()} ${reason}`);
    }
  });
  page.on('response', (response: Response) => {
    if (response.status() >= 400 && !expected.has(response.status())) {
      problems.push(`status: ${response.status()} ${response.url()}`);
    }
  });

  return {
    page,
    expectStatus: (...statuses) => statuses.forEach((status) => expected.add(status)),
    assertQuiet() {
      const found = problems.splice(0);
      expected.clear();
      if (found.length > 0) {
        throw new Error(`The page was not quiet:\n${found.join('\n')}`);
      }
    },
  };
}

/** Waits until the page's own requests are shown. */
export async function settled(page: Page): Promise<void> {
  // htmx removes its markers before it binds new content, but in the same task.
  await page.locator('.htmx-request, .htmx-added').first().waitFor({ state: 'detached' });
}

/** Waits until the scripts of a page's behaviours are loaded and bound. */
export async function scriptsBegun(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const index = document.querySelector<HTMLScriptElement>('script[type=module]');
    if (index === null) {
      return;
    }
    const names = [...document.querySelectorAll<HTMLElement>('[data-behaviour]')].flatMap(
      (element) => element.dataset['behaviour']?.split(' ') ?? [],
    );
    await Promise.all(names.map((name) => import(new URL(`${name}.js`, index.src).href)));
    await new Promise(requestAnimationFrame);
  });
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const everyRule: RunOnly = {
  type: 'tag',
  values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'],
};
const contrast: RunOnly = { type: 'rule', values: ['color-contrast'] };
const sizes: RunOnly = {
  type: 'rule',
  values: ['target-size', 'scrollable-region-focusable', 'meta-viewport'],
};

/**
 * Runs all axe rules for WCAG 2.0 to 2.2, levels A and AA, and its best practices.
 *
 * @throws {Error} naming each element that violates a rule.
 */
export async function assertAccessible(page: Page): Promise<void> {
  await runAxe(page, everyRule);
}

/** The same for a part of the page, such as an open menu over other content. @throws {Error} */
export async function assertPartAccessible(page: Page, selector: string): Promise<void> {
  await runAxe(page, everyRule, selector);
}

/** Runs the rule that depends on colours. @throws {Error} */
export async function assertContrast(page: Page): Promise<void> {
  await runAxe(page, contrast);
}

/** Runs the rules that depend on the width. @throws {Error} */
export async function assertSizes(page: Page): Promise<void> {
  await runAxe(page, sizes);
}

async function runAxe(page: Page, runOnly: RunOnly, selector = 'html'): Promise<void> {
  // Through the debugger, which the content security policy does not restrict.
  if (!(await page.evaluate(() => 'axe' in window))) {
    await page.evaluate(axe);
  }
  const options: RunOptions = { runOnly, resultTypes: ['violations'] };
  const results = await page.evaluate(async ([part, how]) => await window.axe.run(part, how), [
    selector,
    options,
  ] as const);
  const found = results.violations.flatMap(describe);
  if (found.length > 0) {
    throw new Error(`${page.url()} is not accessible:\n${found.join('\n')}`);
  }
}

function describe({ id, help, nodes }: AxeResults['violations'][number]): string[] {
  return nodes.map(
    ({ target, html, failureSummary = '' }) =>
      `${id} (${help})\n  at ${target.join(' ')}\n  ${html.slice(0, 200)}\n  ${failureSummary.replaceAll(/\s+/g, ' ')}`,
  );
}

declare global {
  interface Window {
    readonly axe: { readonly run: typeof run };
  }
}

/** @throws {Error} naming elements beyond the edge if the page scrolls sideways. */
export async function assertFitsWidth(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const root = document.documentElement;
    const width = root.clientWidth;
    const culprits = [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .map(
        (element) =>
          `${element.tagName.toLowerCase()}.${element.className} ${element.textContent.trim().slice(0, 60)}`,
      );
    return { scrollWidth: root.scrollWidth, width, culprits: culprits.slice(0, 8) };
  });
  if (found.scrollWidth > found.width) {
    throw new Error(
      `${page.url()} is ${found.scrollWidth} px wide on ${found.width} px:\n${found.culprits.join('\n')}`,
    );
  }
}

/** @throws {Error} naming what the keyboard cannot reach, or what does not look focused. */
export async function assertFocusShows(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const selector = 'a[href], button, input, select, textarea, summary, [tabindex="0"]';
    return (
      [...document.querySelectorAll<HTMLElement>(selector)]
        .filter((element) => !element.matches(':disabled, [type="hidden"], [aria-hidden="true"]'))
        // Links of a text that is edited are parts of the text.
        .filter((element) => element.closest('[contenteditable] > *') === null)
        .filter((element) => element.checkVisibility({ visibilityProperty: true }))
        .flatMap((element) => {
          element.focus();
          const { outlineStyle, outlineWidth } = getComputedStyle(element);
          const isMarked = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
          const isReached = element.tabIndex >= 0 && document.activeElement === element;
          return isReached && isMarked ? [] : [element.outerHTML.slice(0, 150)];
        })
    );
  });
  if (found.length > 0) {
    throw new Error(`${page.url()} is not operable by keyboard:\n${found.join('\n')}`);
  }
}

/** For a page without JavaScript. @throws {Error} naming visible controls that do nothing. */
export async function assertScriptless(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const [buttons, fields] = ['button', 'input, select, textarea'].map((selector) =>
      [...document.querySelectorAll<HTMLButtonElement | HTMLInputElement>(selector)].filter(
        (element) => element.checkVisibility({ visibilityProperty: true }),
      ),
    );
    const senders = (buttons ?? []).filter(({ type, form }) => type === 'submit' && form !== null);
    const forms = new Set(senders.map(({ form }) => form));
    return [
      ...(buttons ?? []).filter((button) => !senders.includes(button)),
      ...(fields ?? []).filter(({ form }) => !forms.has(form)),
    ].map((element) => element.outerHTML.slice(0, 150));
  });
  if (found.length > 0) {
    throw new Error(`${page.url()} has controls that need JavaScript:\n${found.join('\n')}`);
  }
}
