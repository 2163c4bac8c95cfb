import assert from 'node:assert/strict';
import { assertAccessible, assertFitsWidth } from '../support/browser.js';
import { domains } from './sample.js';
import { screens } from './screens.js';
import { useTab } from './tab.js';

describe('an import of mailboxes', () => {
  const tab = useTab();

  for (const { on, looks } of screens) {
    it(`goes from the list over the file and the preview to the passwords, in French ${on}`, async () => {
      const { knex } = tab.site.app.db;
      await tab.open(`/domains/${domains.usual}/mailboxes`, { ...looks, locale: 'fr' });
      const press = async (role: 'button' | 'link', name: string | RegExp): Promise<void> => {
        const found = tab.page.getByRole(role, { name });
        await found.focus();
        await tab.page.keyboard.press('Enter');
      };
      const look = async (): Promise<void> => {
        await assertFitsWidth(tab.page);
        if (looks.javaScript) {
          await assertAccessible(tab.page);
        }
      };
      await press('link', 'Importer');
      await tab.page.getByRole('heading', { level: 1, name: /^Importer/ }).waitFor();
      await look();

      tab.expectStatus(422);
      await press('button', 'Aperçu');
      await tab.page.locator('.field-error:visible').first().waitFor();
      await tab.page
        .locator('#text')
        .fill('Adresse;Nom;Quota;Couleur\nimporte1;Un;512;rouge\nimporte2;Deux;beaucoup;vert');
      await press('button', 'Aperçu');
      await tab.page.getByText('Couleur', { exact: false }).first().waitFor();
      await tab.page.getByText('Ligne 3', { exact: false }).first().waitFor();
      await look();

      await press('button', /^Importer/);
      await press('link', 'Voir le résultat de chaque ligne');
      await tab.page.waitForURL(/\/outcomes/);
      await look();
      const download = tab.page.waitForEvent('download');
      await press('button', 'Télécharger les mots de passe');
      assert.equal((await download).suggestedFilename(), 'mots-de-passe.csv');
      const row = await knex('mailboxes').where('address', 'like', 'importe1@%').first();
      assert.equal(row?.display_name, 'Un');
      await knex('mailboxes').where({ id: row.id }).delete();
    });
  }
});
