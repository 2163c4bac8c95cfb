import assert from 'node:assert/strict';
import PostalMime from 'postal-mime';
import { testMail } from '../../plugin/features/panel-mail/test-mail.js';
import { languageFor } from '../../plugin/web/locale.js';
import { serverFields } from '../panel-mail/scene.js';
import { type MailServer, startMailServer } from '../sending/mail-peer.js';
import type { Looks } from '../support/browser.js';
import { withCharacters } from '../support/visitor.js';
import { useTab } from './tab.js';

const stories: readonly (readonly [on: string, looks: Partial<Looks>])[] = [
  ['in English', {}],
  ['in French, on a phone', { locale: 'fr', width: 360 }],
  ['in French without JavaScript', { locale: 'fr', javaScript: false }],
];

describe('the mails of the panel, from the settings to their arrival', () => {
  const tab = useTab();
  let peer: MailServer;
  /** Other suites use the same site. */
  let restore: () => Promise<void>;

  const choose = async (way: 'none'): Promise<void> => {
    const { app } = tab.site;
    const none = { serverId: undefined, address: undefined, name: undefined };
    await app.features.panelMailSettings.change(app.operator, { way, ...none });
  };

  before(async () => {
    peer = await startMailServer({});
    const { app, sample } = tab.site;
    const { settings, smtpServerStore } = app.features;
    const customer = () => app.db.knex('accounts').where({ id: sample.customer.id });
    const [set, account] = [await settings.read(), await customer().first('locale', 'email')];
    restore = async () => {
      await choose('none');
      await customer().update(account);
      await app.db.knex('smtp_servers').where({ port: peer.port }).delete();
      await settings.change(app.operator, set);
    };
    await settings.change(app.operator, {
      'smtp-allowed-hosts': ['127.0.0.1'],
      'smtp-ports': ['587', String(peer.port)],
    });
    await app.changes.make(app.operator, async ({ tx }) => {
      const owner = { id: sample.administrator.id, resellerId: undefined };
      const plain = { security: 'none', authentication: 'none', user: '' } as const;
      const fields = { ...serverFields, port: peer.port, ...plain };
      const id = await smtpServerStore.insert(tx, owner, fields, {});
      const confirmation = { state: 'confirmed', at: 0, outcome: undefined } as const;
      await smtpServerStore.setConfirmation(tx, id, confirmation);
    });
  });
  after(async () => {
    await restore();
    await peer.stop();
  });

  for (const [on, looks] of stories) {
    it(`are chosen, tried and received, ${on}`, async () => {
      const { locale = 'en' } = looks;
      const { t } = languageFor(locale);
      const { app, sample } = tab.site;
      await choose('none');

      await tab.open('/settings', looks, 'administrator');
      await tab.page.getByRole('link', { name: t('panel-mail.open') }).click();
      await tab.page.getByText(t('panel-mail.without')).waitFor();
      const through = tab.page.getByLabel(t('panel-mail.fields.way'));
      await through.selectOption({ label: `Office (127.0.0.1:${peer.port})` });
      await tab.page.getByLabel(t('panel-mail.fields.name')).fill('Hébergement, "Exemple"');
      await tab.page.getByRole('button', { name: t('form.save'), exact: true }).click();
      await tab.page.getByText(t('panel-mail.notice-saved')).waitFor();

      await tab.page.getByRole('link', { name: t('panel-mail.trial.link') }).click();
      const to = `guest-${peer.messages.length}@elsewhere.test`;
      await tab.page.getByLabel(t('panel-mail.trial.fields.to')).fill(to);
      await tab.page.getByRole('button', { name: t('panel-mail.trial.link') }).click();
      await tab.page.getByText(t('panel-mail.trial.accepted', { address: to })).waitFor();
      const tried = await PostalMime.parse(peer.messages.at(-1) ?? '');
      assert.equal(tried.to?.[0]?.address, to);

      await app.db
        .knex('accounts')
        .where({ id: sample.customer.id })
        .update({ locale, email: 'customer@elsewhere.test' });
      await app.changes.make(app.operator, async (changing) => {
        await app.panelMail.queue(changing, {
          kind: testMail,
          accountId: sample.customer.id,
          fields: { name: 'Camille', panel: on },
          path: '/settings',
        });
      });
      await app.features.outbox.drain();
      const mail = await PostalMime.parse(peer.messages.at(-1) ?? '');
      assert.deepEqual(mail.from, {
        name: 'Hébergement, "Exemple"',
        address: 'panel@provider.example',
      });
      assert.equal(mail.to?.[0]?.address, 'customer@elsewhere.test');
      assert.equal(mail.subject, t('panel-mail.mails.test.subject', { panel: on }));
      assert.ok(withCharacters(mail.html ?? '').includes(t('panel-mail.mails.test.button')));
      assert.ok(mail.text?.includes(t('panel-mail.mails.test.button')));
    });
  }
});
