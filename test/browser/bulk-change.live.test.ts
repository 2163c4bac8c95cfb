import assert from 'node:assert/strict';
import { assertAccessible, assertFitsWidth } from '../support/browser.js';
import { domains } from './sample.js';
import { screens } from './screens.js';
import { useTab } from './tab.js';

describe('a bulk change', () => {
  const tab = useTab();

  const press = async (name: string): Promise<void> => {
    const button = tab.page.getByRole('button', { name });
    await button.focus();
    await tab.page.keyboard.press('Enter');
  };
  const choose = async (box: string): Promise<void> => {
    await tab.page.locator(box).focus();
    await tab.page.keyboard.press('Space');
  };
  const look = async ({ javaScript }: { readonly javaScript: boolean }): Promise<void> => {
    await assertFitsWidth(tab.page);
    if (javaScript) {
      await assertAccessible(tab.page);
    }
  };

  for (const { on, looks } of screens) {
    it(`of domains goes from the list over the form and the preview to the outcomes, in French ${on}`, async () => {
      const { knex } = tab.site.app.db;
      const before = await knex('domains').orderBy('id');
      await tab.open('/domains?mail=on&suspended=no', { ...looks, locale: 'fr' });
      await choose('input[name="matching"]');
      await press('Destinataires inconnus…');
      await tab.page.getByRole('heading', { level: 1 }).waitFor();
      await look(looks);

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
      await look(looks);

      await press('Modifier');
      await tab.page.getByText(/Domaines modifiés/).waitFor();
      await tab.page.getByRole('link', { name: 'Voir le résultat de chaque ligne' }).focus();
      await tab.page.keyboard.press('Enter');
      await tab.page.waitForURL(/\/outcomes/);
      await tab.page.getByRole('rowheader').first().waitFor();
      await look(looks);
      const changed = await knex('domains').where({ bounce_text: 'Appelez-nous.' });
      assert.ok(changed.length > 0);
      for (const row of before) {
        const { unknown_policy, bounce_text, kept_fields, version } = row;
        const settings = { unknown_policy, bounce_text, kept_fields, version };
        await knex('domains').where({ id: row.id }).update(settings);
      }
    });

    it(`asks for a quota of mailboxes once it is chosen, in French ${on}`, async () => {
      const { knex } = tab.site.app.db;
      const before = await knex('mailboxes').orderBy('id').select('id', 'quota_bytes', 'pop3');
      await tab.open(`/domains/${domains.usual}/mailboxes`, { ...looks, locale: 'fr' });
      await choose('input[name="matching"]');
      await press('Quota et protocoles…');
      await tab.page.getByText('Toutes les lignes').waitFor();
      const size = tab.page.locator('#quotaMegabytes');
      assert.equal(await size.isVisible(), false);
      await tab.page.locator('#quota').selectOption('size');
      await size.fill('700');
      await look(looks);
      await tab.page.locator('#pop3').selectOption('off');
      await press('Aperçu');
      await tab.page
        .getByText(/700.Mo/)
        .first()
        .waitFor();
      await look(looks);
      await press('Modifier');
      await tab.page.getByText(/Boîtes modifiées/).waitFor();
      const changed = await knex('mailboxes').where({ quota_bytes: 700 * 1024 ** 2, pop3: 0 });
      assert.ok(changed.length > 1);
      for (const { id, ...row } of before) {
        await knex('mailboxes').where({ id }).update(row);
      }
    });

    it(`says what another plan of accounts changes, in French ${on}`, async () => {
      const { knex } = tab.site.app.db;
      const before = await knex('accounts').orderBy('id').select('id', 'plan_id', 'version');
      const quotas = await knex('mailboxes').orderBy('id').select('id', 'quota_bytes', 'version');
      await tab.open('/accounts?plan=Business', { ...looks, locale: 'fr' }, 'administrator');
      await choose('input[name="matching"]');
      await press('Offre…');
      await tab.page.locator('#plan').fill('Atelier Découverte');
      await tab.page.keyboard.press('Tab');
      await choose('#excess-lower');
      await look(looks);
      await press('Aperçu');
      await tab.page.getByText('ne peuvent pas être modifiées').first().waitFor();
      await tab.page.getByText(/Un compte est concerné \(morel\)/).waitFor();
      await tab.page.getByText(/peuvent dépasser 1.Go .*ramenée au maximum/).waitFor();
      await look(looks);
      await press('Modifier le compte');
      await tab.page.getByText(/Comptes modifiés/).waitFor();
      const given = await knex('accounts').where({ plan_id: tab.site.sample.ids.resellersPlan });
      assert.deepEqual(
        given.map(({ login }) => login),
        ['morel'],
      );
      for (const { id, ...row } of before) {
        await knex('accounts').where({ id }).update(row);
      }
      for (const { id, ...row } of quotas) {
        await knex('mailboxes').where({ id }).update(row);
      }
    });
  }
});
