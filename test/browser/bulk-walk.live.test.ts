import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { assertAccessible, assertFitsWidth } from '../support/browser.js';
import { languageFor, locales } from '../../plugin/web/locale.js';
import { screens } from './screens.js';
import { useTab } from './tab.js';

describe('a walk through a bulk change of domains', () => {
  const tab = useTab('administrator');
  const rows = () => tab.site.app.db.knex('domains').orderBy('id');
  let before: readonly Readonly<Record<string, unknown>>[];

  // Two pages of domains whose MX records lead here.
  beforeEach(async () => {
    const some = rows()
      .where({ mail_enabled: 1, suspended: 0, unknown_policy: 'reject' })
      .limit(30)
      .pluck('id');
    await tab.site.app.db.knex('domains').update({ mx: 'elsewhere' });
    await rows()
      .whereIn('id', await some)
      .update({ mx: 'here', mx_hosts: 'mx.panel.test' });
    before = await rows();
  });
  afterEach(async () => {
    await rows().update({ mx: 'unknown', mx_hosts: null });
  });

  for (const locale of locales) {
    for (const { on, looks } of screens) {
      it(`selects, previews, applies, leaves, comes back and undoes, by keyboard, in ${locale} ${on}`, async () => {
        const { t } = languageFor(locale);
        const press = async (what: Locator, key = 'Enter'): Promise<void> => {
          await what.focus();
          await tab.page.keyboard.press(key);
        };
        const look = async (): Promise<void> => {
          await tab.page.getByRole('heading', { level: 1 }).waitFor();
          await assertFitsWidth(tab.page);
          if (looks.javaScript) {
            await assertAccessible(tab.page);
          }
        };
        const goTo = async (pattern: RegExp, act: () => Promise<void>): Promise<void> => {
          await Promise.all([tab.page.waitForURL(pattern), act()]);
        };
        const box = (name: string): Locator =>
          tab.page.getByRole('checkbox', { name, exact: true });

        await tab.open('/domains?size=25', { ...looks, locale });
        await press(tab.page.locator('#filter-mx'));
        await goTo(/mx=here/, async () => {
          await press(box(t('domains.mx.here')), 'Space');
          if (!looks.javaScript) {
            await press(tab.page.getByRole('searchbox'));
          }
        });
        await tab.page
          .getByText(`${t('domains.columns.mx')}${t('form.colon')}`)
          .first()
          .waitFor();
        await look();
        await press(tab.page.locator('input[name="matching"]'), 'Space');
        await goTo(/\/previews\/\d+$/, () =>
          press(tab.page.getByRole('button', { name: t('domains.selection.off') })),
        );

        await tab.page.getByText(t('domains.selected.off.title', { count: 30 })).waitFor();
        const [start = ''] = t('domain-mail.unreceived.mx-here', { count: 30, names: '|' }).split(
          '|',
        );
        await tab.page.getByText(start.trim()).waitFor();
        await look();
        const link = tab.page.getByRole('link', { name: t('domain-mail.effects.file.link') });
        const [file] = await Promise.all([tab.page.waitForEvent('download'), press(link)]);
        assert.equal(file.suggestedFilename(), `${t('domain-mail.effects.file.name')}.csv`);

        const submit = t('domains.selected.off.submit', { count: 30 });
        await press(tab.page.getByRole('button', { name: submit }));
        await tab.page
          .getByText(t('domains.selected.off.notice-done', { subject: '30' }))
          .waitFor();
        const off = await rows().where({ mx: 'here' });
        assert.deepEqual(new Set(off.map((row) => row.mail_enabled)), new Set([0]));

        await tab.goTo('/smtp-servers');
        await tab.goTo('/domains?mx=here&mail=on');
        assert.equal(await tab.page.getByRole('rowheader').count(), 0);
        await tab.goTo('/audit');
        await goTo(/\/audit\/\d+/, () =>
          press(tab.page.getByRole('rowheader').first().getByRole('link')),
        );
        await goTo(/\/previews\/\d+/, () =>
          press(tab.page.locator('form[action$="/undo"] button')),
        );
        await look();
        await goTo(/\/audit/, () => press(tab.page.locator('form[action$="/application"] button')));
        const after = await rows();
        assert.deepEqual(
          after.map((row) => row.mail_enabled),
          before.map((row) => row['mail_enabled']),
        );
      });
    }
  }
});
