import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openContext, startBrowser } from '../support/browser.js';
import { VainWaits } from '../support/vain-waits.js';

/** Half a second without any change. */
const rounds = 5;

describe('a locator that matches nothing', () => {
  let waits: VainWaits;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  before(async () => {
    waits = new VainWaits(rounds);
    browser = await startBrowser(waits);
    context = await openContext(browser);
  });
  beforeEach(async () => {
    page = await context.newPage();
    waits.watch(page);
  });
  afterEach(() => page.close());
  after(() => browser.close());

  it('fails with its name when the page has come to rest', async () => {
    await page.setContent('<p>Hello</p>');
    await page.getByText('Hello').waitFor();
    await assert.rejects(
      page.getByText('Good-bye').waitFor(),
      /nothing changes on the page any more[^]*waiting for getByText\('Good-bye'\)/,
    );
  });

  it('is waited for while the page loads something', async () => {
    const server = createServer((req, res) => {
      res.setHeader('content-type', 'text/html');
      if (req.url === '/') {
        res.end(`<p>Hello</p><script>fetch('/late').then(async (answer) => {
          document.body.append(await answer.text());
        })</script>`);
      } else {
        setTimeout(() => res.end('Good-bye'), 4 * rounds * 100);
      }
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await page.getByText('Good-bye').waitFor();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is waited for while the page changes', async () => {
    await page.setContent(`<p>0</p><script>
      let count = 0;
      const timer = setInterval(() => {
        document.querySelector('p').textContent = ++count < 40 ? count : 'Good-bye';
      }, 50);
    </script>`);
    await page.getByText('Good-bye').waitFor();
  });
});
