import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { parseServerForm } from '../../plugin/features/smtp-servers/forms.js';
import { assertAccessible, assertFitsWidth } from '../support/browser.js';
import { good, services } from '../features/smtp-servers/scene.js';
import { domains } from './sample.js';
import { screens } from './screens.js';
import { useTab } from './tab.js';

const titles = ['Chosen first', 'Chosen relay', 'Chosen second'] as const;

describe('an action on selected rows', () => {
  const tab = useTab();

  beforeEach(async () => {
    const { app, sample } = tab.site;
    const viewer = await app.panel.viewers.of({ accountId: sample.customer.id, origin: 'test' });
    assert.ok(viewer !== undefined);
    for (const title of titles) {
      await app.features.smtpServers.create(viewer, parseServerForm({ ...good, title }, services));
    }
    const relay = app.db.knex('smtp_servers').where({ title: 'Chosen relay' }).select('id');
    await relayed().update({ relay_id: relay });
  });
  afterEach(async () => {
    await relayed().update({ relay_id: null });
    await tab.site.app.db.knex('smtp_servers').whereIn('title', titles).delete();
  });

  const relayed = () => tab.site.app.db.knex('domains').where({ name: domains.usual });
  const press = async (what: Locator, key: string): Promise<void> => {
    await what.focus();
    await tab.page.keyboard.press(key);
  };

  for (const { on, looks } of screens.filter(({ looks: { javaScript } }) => javaScript)) {
    it(`leaves the rows where they are when the first is selected ${on}`, async () => {
      for (const path of ['/smtp-servers', `/domains/${domains.usual}/mailboxes`]) {
        await tab.open(path, looks);
        const row = tab.page.locator('tbody tr').first();
        const top = async (): Promise<number> =>
          await row.evaluate(
            (element) =>
              element.getBoundingClientRect().top -
              element.ownerDocument.body.getBoundingClientRect().top,
          );
        await tab.page.locator('.selection.is-idle').waitFor({ state: 'attached' });
        const before = await top();
        await row.getByRole('checkbox').check();
        await tab.page.locator('.selection-actions .btn').first().waitFor();
        assert.equal(await top(), before, path);
        await assertFitsWidth(tab.page);
        await row.getByRole('checkbox').uncheck();
      }
    });
  }

  for (const { on, looks } of screens) {
    it(`lists what changes, and what does not and why, then runs, by keyboard, in French ${on}`, async () => {
      await tab.open('/smtp-servers?q=chosen', { ...looks, locale: 'fr' });
      for (const title of titles) {
        await press(tab.page.getByRole('checkbox', { name: `Sélectionner ${title}` }), 'Space');
      }
      await press(
        tab.page.locator('.selection-actions').getByRole('button', { name: 'Supprimer' }),
        'Enter',
      );
      await tab.page
        .getByRole('heading', { level: 1, name: 'Supprimer 2 serveurs SMTP ?' })
        .waitFor();
      await tab.page.getByText('2 lignes seront modifiées').waitFor();
      await tab.page.getByText('1 ligne ne peut pas être modifiée').waitFor();
      const refused = await tab.page.locator('.preview-group li').allTextContents();
      assert.match(
        refused.join(),
        new RegExp(`Chosen relay ne peut pas être supprimé.*${domains.usual}`),
      );
      await tab.page.getByRole('rowheader', { name: 'Chosen first' }).waitFor();
      await assertFitsWidth(tab.page);
      if (looks.javaScript) {
        await assertAccessible(tab.page);
      }
      assert.equal(await tab.page.locator(':focus').textContent(), 'Annuler');

      await tab.page.keyboard.press('Tab');
      await tab.page.keyboard.press('Enter');
      await tab.page.getByText('Serveurs SMTP supprimés : 2.').waitFor();
      await tab.page.getByRole('link', { name: 'Chosen relay', exact: true }).waitFor();
      assert.equal(await tab.page.getByRole('link', { name: 'Chosen first' }).count(), 0);
    });
  }
});
