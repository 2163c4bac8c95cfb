import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { hashPassword } from '../../plugin/secrets/passwords.js';
import { type Language, languageFor } from '../../plugin/web/locale.js';
import { linkIn } from '../features/smtp-servers/mail-site.js';
import { type MailServer, startMailServer } from '../sending/mail-peer.js';
import { type Looks, openTab } from '../support/browser.js';
import { beginnings, exported } from './downloads.js';
import { password } from './sample.js';
import { useTab } from './tab.js';

const stories: readonly (readonly [on: string, looks: Partial<Looks>])[] = [
  ['in English', {}],
  ['in French, on a phone', { locale: 'fr', width: 360 }],
  ['in English without JavaScript', { javaScript: false }],
  ['in French without JavaScript', { locale: 'fr', javaScript: false }],
];

const address = 'caisse@boulangerie-morel.example';

describe('an SMTP server, from its form to its confirmation', () => {
  const tab = useTab();
  let peer: MailServer;

  before(async () => {
    peer = await startMailServer({});
    await tab.site.app.db
      .knex('accounts')
      .where({ id: tab.site.sample.customer.id })
      .update({ password_hash: await hashPassword(password) });
    const { settings } = tab.site.app.features;
    await settings.change(tab.site.app.operator, {
      ...(await settings.read()),
      'smtp-allowed-hosts': ['127.0.0.1'],
      'smtp-ports': ['25', '465', '587', '2525', String(peer.port)],
    });
  });
  after(() => peer.stop());

  const input = (id: string): Locator => tab.page.locator(`#${id}`);
  const press = (name: string) => tab.page.getByRole('button', { name, exact: true }).click();
  const text = (words: string) => tab.page.getByText(words, { exact: true }).first().waitFor();
  const preview = () => tab.page.frameLocator('iframe[name="signature-preview"]');

  /** The link of the last mail, at this installation's real address. */
  const mailedLink = () => tab.site.web.url + linkIn(peer, String.raw`https?://[^/\s]+/`);

  for (const [on, looks] of stories) {
    it(`is added, previewed, tested, confirmed by the received mail, found and removed, ${on}`, async () => {
      const { t } = languageFor(looks.locale ?? 'en');
      const title = `Story ${on}`;

      await tab.open('/smtp-servers', looks);
      tab.expectStatus(422, 410);
      await tab.page
        .getByRole('link', { name: t('smtp-servers.add') })
        .first()
        .click();
      await press(t('smtp-servers.add'));
      await tab.page.getByRole('alert').waitFor();
      await fillIn(title, looks);
      if (looks.javaScript === false) {
        await input('signature').fill('<p>À <b>bientôt</b></p>');
      } else {
        await tab.page.getByRole('button', { name: 'HTML' }).click();
        await input('signature').fill('<p>À <b>bientôt</b></p>');
        await tab.page.getByRole('button', { name: 'HTML' }).click();
        await tab.page.getByRole('textbox', { name: t('smtp-servers.fields.signature') }).waitFor();
      }
      await press(t('smtp-servers.signature.preview'));
      await preview().getByText('bientôt').first().waitFor();
      await press(t('smtp-servers.add'));
      await text(t('smtp-servers.notice-created', { subject: title }));
      await tab.page.getByRole('link', { name: t('smtp-servers.back') }).click();

      await tab.page.getByRole('searchbox').fill(title);
      await tab.page.getByRole('searchbox').press('Enter');
      await tab.page.getByRole('link', { name: title, exact: true }).click();
      await preview().getByText('bientôt').first().waitFor();
      await tab.page.getByRole('link', { name: t('smtp-servers.links.try') }).click();
      await press(t('smtp-servers.links.try'));
      await text(t('sending.outcomes.ok.text'));

      await tab.page.goBack();
      await tab.page.getByRole('link', { name: title, exact: true }).first().click();
      await tab.page.getByRole('link', { name: t('smtp-servers.confirmation.open') }).click();
      await confirm(looks);

      await tab.page.getByRole('link', { name: title, exact: true }).first().click();
      await tab.page.getByRole('link', { name: t('smtp-servers.links.remove') }).click();
      await text(t('smtp-servers.removal.title', { title }));
      await press(t('smtp-servers.removal.submit'));
      await text(t('smtp-servers.notice-removed', { subject: title }));
    });
  }

  for (const [on, looks] of stories.filter(
    ([, { locale, javaScript }]) => locale !== 'fr' || javaScript !== false,
  )) {
    it(`is listed in the columns that its owner has chosen, also after the next sign-in, and exported, ${on}`, async () => {
      const language = languageFor(looks.locale ?? 'en');
      const { t } = language;
      const title = `Walk ${on}`;
      await tab.openAlone('/sign-in', looks, 'visitor');
      tab.expectStatus(410);
      await signIn(t);
      await tab.goTo('/smtp-servers/new');
      await fillIn(title, looks);
      await press(t('smtp-servers.add'));
      await text(t('smtp-servers.notice-created', { subject: title }));
      await tab.page.getByRole('link', { name: t('smtp-servers.back') }).click();

      await tab.page.getByRole('searchbox').fill(title);
      await tab.page.getByRole('searchbox').press('Enter');
      await tab.page.waitForURL(/\?q=Walk/);
      await tab.page.getByRole('link', { name: title, exact: true }).click();
      await tab.page.getByRole('link', { name: t('smtp-servers.confirmation.open') }).click();
      await confirm(looks);

      await tab.goTo('/smtp-servers?q=walk');
      const shown = await headings();
      const hidden = [t('smtp-servers.columns.host'), t('smtp-servers.columns.port')];
      await columns(t);
      for (const name of hidden) {
        await tab.page.getByRole('checkbox', { name, exact: true }).uncheck();
      }
      await press(t('form.apply'));
      await tab.page.locator('th', { hasText: hidden[0] ?? '' }).waitFor({ state: 'detached' });

      await tab.page.locator('summary', { hasText: 'morel' }).click();
      await press(t('frame.sign-out'));
      await signIn(t);
      await tab.goTo('/smtp-servers?q=walk');
      const left = shown.filter((each) => !hidden.includes(each));
      assert.deepEqual(await headings(), left);
      assert.equal(await csvHead(language), csvLine(left.slice(0, -1)));

      await columns(t);
      await press(t('table.columns.restore'));
      await tab.page.locator('th', { hasText: hidden[0] ?? '' }).waitFor();
      assert.deepEqual(await headings(), shown);
      assert.equal(await csvHead(language), csvLine(shown.slice(0, -1)));
      for (const format of ['xlsx', 'pdf'] as const) {
        const { name, content } = await exported(tab.page, format, language);
        assert.match(
          name,
          new RegExp(`^${t('smtp-servers.title')} \\d{4}-\\d{2}-\\d{2}\\.${format}$`),
        );
        assert.equal(content.toString('latin1').indexOf(beginnings[format]), 0);
      }
      await tab.site.app.db.knex('smtp_servers').where({ title }).delete();
    });
  }

  const headings = (): Promise<string[]> =>
    tab.page.locator('th[scope="col"]:not(.is-selection)').allTextContents();
  const columns = (t: Language['t']): Promise<void> =>
    tab.page.locator('.table-menu > summary', { hasText: t('table.columns.title') }).click();
  const csvHead = async (language: Language): Promise<string> => {
    const { content } = await exported(tab.page, 'csv', language);
    return content.toString('utf8').split('\r\n')[0] ?? '';
  };

  /** In a session of its own, since it signs out. */
  async function signIn(t: Language['t']): Promise<void> {
    await tab.page.getByLabel(t('sign-in.login')).fill('morel');
    await tab.page.getByLabel(t('sign-in.password')).fill(password);
    await press(t('sign-in.submit'));
    await tab.page.locator('summary', { hasText: 'morel' }).waitFor();
  }

  async function fillIn(title: string, looks: Partial<Looks>): Promise<void> {
    const { t } = languageFor(looks.locale ?? 'en');
    await input('title').fill(title);
    await input('host').fill('127.0.0.1');
    await input('security').selectOption('none');
    await input('port').fill(String(peer.port));
    await tab.page.getByLabel(t('smtp-servers.authentication.none'), { exact: true }).check();
    await input('address').fill(address);
  }

  /** Starts on the page of its confirmation. */
  async function confirm(looks: Partial<Looks>): Promise<void> {
    const { t } = languageFor(looks.locale ?? 'en');
    await press(t('smtp-servers.confirmation.send'));
    await tab.page.getByText(t('smtp-servers.confirmation.spam', { address })).waitFor();
    await confirmAsStranger(mailedLink(), looks);
    await tab.page.reload();
    await tab.page.locator('.status-good').first().waitFor();
  }

  /** A reader of that mail who does not know this panel. */
  async function confirmAsStranger(link: string, looks: Partial<Looks>): Promise<void> {
    const stranger = await openTab(await tab.site.newContext('visitor', looks));
    const { t } = languageFor(looks.locale ?? 'en');
    await stranger.page.goto(link);
    const button = stranger.page.getByRole('button', {
      name: t('smtp-servers.confirmation.link.asked.submit'),
    });
    await button.waitFor();
    await stranger.page.reload();
    await button.click();
    await stranger.page
      .getByRole('heading', { name: t('smtp-servers.confirmation.link.confirmed.title') })
      .waitFor();
    stranger.expectStatus(410);
    await stranger.page.goto(link);
    await stranger.page
      .getByRole('heading', { name: t('smtp-servers.confirmation.link.gone.title') })
      .waitFor();
    await stranger.page.context().close();
    stranger.assertQuiet();
  }
});

/** Excel mistakes a file that begins with ID for SYLK, so that heading is quoted. */
function csvLine([first = '', ...rest]: readonly string[]): string {
  return [first.startsWith('ID') ? `"${first}"` : first, ...rest].join(',');
}
