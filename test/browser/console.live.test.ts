import { outsideName, settled } from '../support/browser.js';
import { useTab } from './tab.js';

describe('the browser console', () => {
  const tab = useTab();

  for (const [where, host] of [
    ['on this machine', '127.0.0.1'],
    ['without TLS elsewhere', outsideName],
  ] as const) {
    it(`stays empty across pages, files, errors and frames, ${where}`, async () => {
      const { app, web, sample } = tab.site;
      const origin = web.url.replace('127.0.0.1', host);
      const goTo = async (path: string): Promise<void> => {
        await tab.page.goto(origin + path);
        await settled(tab.page);
      };
      await tab.openAlone('/sign-in', {}, 'visitor');
      tab.expectStatus(404);
      await goTo('/healthz');
      await goTo(`/sign-in/${await app.panel.signIn.createLink(sample.customer.id)}`);
      await tab.page.getByRole('button', { name: 'Sign in' }).click();
      await tab.page.getByRole('heading', { name: 'Overview' }).waitFor();
      const icon = await tab.page.locator('link[rel=icon]').getAttribute('href');
      for (const path of ['/readyz', String(icon), '/api/v1/openapi.json', '/nothing']) {
        await goTo(path);
        await goTo('/domains');
      }
      await goTo('/smtp-servers/new');
      await tab.page.frameLocator('iframe').getByRole('heading').first().waitFor();
      await goTo('/preferences');
    });
  }
});
