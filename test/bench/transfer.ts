import type { BrowserContext } from 'playwright-core';
import { openContext, startBrowser } from '../support/browser.js';
import { type Installation, startPanel } from './installation.js';
import { measuredPages } from './measured-pages.js';
import { type Result, atMost } from './result.js';

const mostFirst = 150;
const mostLater = 25;

/** What Chromium transfers for a page with its assets, headers included: at the first visit and later. */
export async function measureTransfer(large: Installation): Promise<readonly Result[]> {
  const panel = await startPanel(large);
  const browser = await startBrowser();
  const url = `http://127.0.0.1:${panel.port}`;
  const [settings, domains] = measuredPages(large.size);
  const pages = [
    { name: 'sign-in', path: '/sign-in', isSignedIn: false },
    { name: 'mail settings', path: settings?.paths[0], isSignedIn: true },
    { name: 'domains', path: domains?.paths[0], isSignedIn: true },
  ];

  const results: Result[] = [];
  for (const { name, path, isSignedIn } of pages) {
    const context = await openContext(browser);
    if (isSignedIn) {
      const [cookie = '', value = ''] = large.cookie.split('=');
      await context.addCookies([{ name: cookie, value, url }]);
    }
    const first = await transferred(context, `${url}${path}`);
    const later = await transferred(context, `${url}${path}`);
    await context.close();
    results.push(
      atMost(`${name}: transferred at the first visit`, first / 1000, mostFirst, 'kB'),
      atMost(`${name}: transferred after`, later / 1000, mostLater, 'kB'),
    );
  }
  await browser.close();
  await panel.stop();
  return results;
}

/** In bytes, as in the browser's network panel; cached responses count as none. */
async function transferred(context: BrowserContext, url: string): Promise<number> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await session.send('Network.enable');
  const response = await page.goto(url, { waitUntil: 'networkidle' });
  if (response?.status() !== 200) {
    throw new Error(`${url} answers ${response?.status()}`);
  }
  await page.close();
  return bytes;
}
