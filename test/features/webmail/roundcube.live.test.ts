import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { type TestWeb, oneEngine, startTestWeb } from '../../support/app.js';
import { openContext, startBrowser } from '../../support/browser.js';
import { type Installation, startInstallation } from '../../support/mail/installation.js';
import { usualPassword } from '../../support/mail/panel.js';
import { until } from '../../support/processes.js';
import { type Proxy, proxyServers, startProxy } from '../../support/proxies.js';
import { startRoundcube } from '../../support/roundcube.js';
import { ask } from './asking.js';

const [engine = 'sqlite'] = oneEngine;

describe('Roundcube for the mailboxes of a mail host', () => {
  let mail: Installation;
  let web: TestWeb;
  let roundcube: Awaited<ReturnType<typeof startRoundcube>>;
  let browser: Browser;
  let domain: string;

  before(async () => {
    mail = await startInstallation(engine);
    web = await startTestWeb(mail.app);
    const { address: host, ports } = mail.host;
    [roundcube, browser] = await Promise.all([startRoundcube({ host, ...ports }), startBrowser()]);
    domain = await mail.domain();
    await mail.app.db
      .knex('webmails')
      .where({ key: 'roundcube' })
      .update({ address: `http://127.0.0.1:${roundcube.port}/?_user={mailbox}` });
    await mail.app.db.knex('domains').where({ name: domain }).update({ webmail: 'roundcube' });
  });

  after(async () => {
    await Promise.all([browser.close(), roundcube.stop(), web.stop()]);
    await mail.close();
  });

  for (const server of proxyServers) {
    describe(`behind ${server.name} with the lines of the README`, () => {
      const challenge = 'answered by the web server itself';
      let proxy: Proxy;
      before(async () => {
        proxy = await startProxy(server, web.url, challenge);
      });
      after(() => proxy.stop());

      it('is where the webmail host of its domain leads', async () => {
        const through = { url: `http://127.0.0.1:${proxy.port}/` };
        const { status, headers } = await ask(through, `webmail.${domain}`);
        assert.deepEqual(
          [status, headers.location],
          [302, `http://127.0.0.1:${roundcube.port}/?_user=`],
        );
        assert.equal((await ask(through, 'webmail.elsewhere.test')).status, 404);
        const path = '/.well-known/acme-challenge/token';
        assert.equal((await ask(through, `webmail.${domain}`, { path })).text, challenge);
      });

      it('shows a message that was delivered, and sends the answer', async () => {
        const subject = `About ${server.name}`;
        const box = `box@${domain}`;
        await mail.receive({ from: 'anna@outside.test', to: box, subject });
        const context = await openContext(browser);
        const page = await context.newPage();
        await page.goto(`http://webmail.${domain}:${proxy.port}/`);
        await signIn(page, box);
        await answer(page, subject, `Thank you, ${server.name}`);
        await until(() => mail.outside.about(`Thank you, ${server.name}`).length > 0);
        const [sent] = mail.outside.about(`Thank you, ${server.name}`);
        assert.deepEqual([sent?.from, sent?.to], [box, ['anna@outside.test']]);
        await context.close();
      });
    });
  }
});

async function signIn(page: Page, user: string): Promise<void> {
  await page.fill('#rcmloginuser', user);
  await page.fill('#rcmloginpwd', usualPassword);
  await page.click('#rcmloginsubmit');
}

async function answer(page: Page, subject: string, text: string): Promise<void> {
  await page.locator('#messagelist .subject a', { hasText: subject }).dblclick();
  await page.locator('h2.subject', { hasText: subject }).waitFor();
  await page.locator('a.reply:visible:not(.all)').first().click();
  await page.locator('#composebody').fill(text);
  // It takes no command while it is still loading.
  await page.waitForFunction(() => {
    const { rcmail } = globalThis as unknown as {
      readonly rcmail?: { readonly busy: boolean; readonly commands: { readonly send?: boolean } };
    };
    return rcmail?.busy === false && rcmail.commands.send === true;
  });
  await page.locator('button.send:visible, a.send:visible').first().click();
}
