import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { type Looks, assertAccessible, assertFitsWidth, openTab } from '../support/browser.js';
import { addConfirmedServer } from '../support/confirmed-server.js';
import { domains } from './sample.js';
import { screens } from './screens.js';
import { sharedSite } from './shared.js';
import type { Site } from './site.js';

const domain = domains.changed[0];
const title = 'Comptabilité et facturation, serveur d’envoi de la maison mère'.padEnd(100, 'x');

describe('the outgoing mail of a domain', () => {
  let site: Site;
  let server: number;

  before(async () => {
    site = await sharedSite();
    server = await addConfirmedServer(site.app, domain, {
      title,
      host: '198.41.0.4',
      security: 'none',
      authentication: 'none',
    });
  });

  after(async () => {
    const { knex } = site.app.db;
    await knex('domains').where({ relay_id: server }).update({ relay_id: null });
    await knex('smtp_servers').where({ id: server }).delete();
  });

  const look = async (
    looks: Partial<Looks>,
    work: (page: Page) => Promise<void>,
  ): Promise<void> => {
    const tab = await openTab(await site.contextOf('customer', looks));
    await tab.page.goto(`${site.web.url}/domains/${domain}/mail-settings`);
    await work(tab.page);
    // axe needs JavaScript.
    if (looks.javaScript !== false) {
      await assertAccessible(tab.page);
    }
    await assertFitsWidth(tab.page);
    await tab.page.close();
    tab.assertQuiet();
  };

  for (const { on, looks } of screens) {
    it(`is sent through a server and directly again, ${on}`, async () => {
      await look(looks, async (page) => {
        for (const name of [`${title} #${server}`, '']) {
          const field = page.locator('#relay');
          await field.fill(name);
          await page.getByRole('button', { name: 'Apply', exact: true }).click();
          await page.getByText(`The mail settings of ${domain} have been saved.`).waitFor();
          assert.equal(await field.inputValue(), name);
        }
      });
    });
  }

  it('is sent through a server that is picked from suggestions with the keyboard', async () => {
    await look({}, async (page) => {
      const field = page.getByRole('combobox', { name: 'Outgoing mail route' });
      await field.pressSequentially(title.slice(0, 4));
      const options = page.getByRole('listbox', { name: 'Outgoing mail route' });
      await options.getByRole('option').first().waitFor();
      await field.press('ArrowDown');
      await options.locator('[aria-selected="true"]').waitFor();
      await field.press('Enter');
      assert.equal(await field.inputValue(), `${title} #${server}`);
    });
  });

  for (const theme of ['light', 'dark'] as const) {
    it(`waits while the server is unconfirmed, as the page says, in French, ${theme}`, async () => {
      const { knex } = site.app.db;
      await knex('domains').where({ name: domain }).update({ relay_id: server });
      await knex('smtp_servers').where({ id: server }).update({ confirmation: 'never' });
      await look({ width: 360, locale: 'fr', theme }, async (page) => {
        await page.getByText('Le courrier de ce domaine attend').waitFor();
      });
      await knex('smtp_servers').where({ id: server }).update({ confirmation: 'confirmed' });
    });
  }
});
