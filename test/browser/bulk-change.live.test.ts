import assert from 'node:assert/strict';
import { assertAccessible, assertFitsWidth } from '../support/browser.js';
import { screens } from './screens.js';
import { useTab } from './tab.js';

describe('a bulk change of domains', () => {
  const tab = useTab();

  for (const { on, looks } of screens) {
    it(`goes from the list over the form and the preview to the outcomes, in French ${on}`, async () => {
      const { knex } = tab.site.app.db;
      const before = await knex('domains').orderBy('id');
      await tab.open('/domains?mail=on&suspended=no', { ...looks, locale: 'fr' });
      const press = async (name: string): Promise<void> => {
        const button = tab.page.getByRole('button', { name });
        await button.focus();
        await tab.page.keyboard.press('Enter');
      };
      const look = async (): Promise<void> => {
        await assertFitsWidth(tab.page);
        if (looks.javaScript) {
          await assertAccessible(tab.page);
        }
      };
      const all = tab.page.locator('input[name="matching"]');
      await all.focus();
      await tab.page.keyboard.press('Space');
      await press('Destinataires inconnus…');
      await tab.page.getByRole('heading', { level: 1 }).waitFor();
      await look();

      tab.expectStatus(422);
      await press('Aperçu');
      await tab.page.locator('.field-error').first().waitFor();
      await tab.page.getByRole('radio', { name: 'Renvoyer' }).first().focus();
      await tab.page.keyboard.press('Space');
      await tab.page.locator('#bounceText').fill('Appelez-nous.');
      await press('Aperçu');
      await tab.page
        .getByText(/lignes? seront? modifiées?/)
        .first()
        .waitFor();
      await look();

      await press('Modifier');
      await tab.page.getByText(/Domaines modifiés/).waitFor();
      await tab.page.getByRole('link', { name: 'Voir le résultat de chaque ligne' }).focus();
      await tab.page.keyboard.press('Enter');
      await tab.page.waitForURL(/\/outcomes/);
      await tab.page.getByRole('rowheader').first().waitFor();
      await look();
      const changed = await knex('domains').where({ bounce_text: 'Appelez-nous.' });
      assert.ok(changed.length > 0);
      for (const row of before) {
        const { unknown_policy, bounce_text, kept_fields, version } = row;
        const settings = { unknown_policy, bounce_text, kept_fields, version };
        await knex('domains').where({ id: row.id }).update(settings);
      }
    });
  }
});
