import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan } from '../../support/fixtures.js';
import { useServedAppEach } from '../../support/served-app.js';
import { Visitor } from '../../support/visitor.js';

for (const engine of engines) {
  describe(`the webmail of a new domain on ${engine}`, () => {
    const { app, web } = useServedAppEach(engine);

    beforeEach(async () => {
      await addAccount(app, 'with', { planId: await addPlan(app, ['roundcube']) });
      await addAccount(app, 'without');
      await addAccount(app, 'root', { role: 'administrator' });
      await app.db
        .knex('webmails')
        .where({ key: 'roundcube' })
        .update({ is_default: 1, address: 'https://mail.host.test/{domain}/?user={mailbox}' });
    });

    const webmailOf = async (owner: string): Promise<unknown> => {
      await addDomain(app, `${owner}.example`, owner);
      const row: { webmail: unknown } = await app.db
        .knex('domains')
        .where({ name: `${owner}.example` })
        .first('webmail');
      return row.webmail;
    };

    it('is the default, if the plan of its owner permits it and it has an address', async () => {
      assert.equal(await webmailOf('with'), 'roundcube');
      assert.equal(await webmailOf('without'), null);
      assert.equal(await webmailOf('root'), 'roundcube');
      await app.db.knex('webmails').update({ address: null });
      await addAccount(app, 'later', { role: 'administrator' });
      assert.equal(await webmailOf('later'), null);
    });

    it('is opened from the pages of the domain and of its mailboxes', async () => {
      await webmailOf('root');
      await app.db.knex('mailboxes').insert({
        domain_id: 1,
        address: 'anna@root.example',
        display_name: '',
        password_hash: 'x',
        quota_bytes: 0,
        imap: 1,
        pop3: 0,
        created_at: 1,
      });
      const mailUser = await app.panel.signIn.mailUser('anna@root.example');
      const root = await Visitor.signedIn(web, app, 3);
      const anna = await Visitor.signedIn(web, app, mailUser?.account.id ?? 0);
      const link = /href="(https:\/\/mail\.host\.test[^"]*)"/;
      const linked = async (visitor: Visitor, path: string): Promise<string | undefined> =>
        link.exec((await visitor.get(path)).text)?.[1];
      assert.equal(
        await linked(root, '/domains/root.example/mail-settings'),
        'https://mail.host.test/root.example/?user=',
      );
      const own = 'https://mail.host.test/root.example/?user=anna%40root.example';
      assert.equal(await linked(root, '/domains/root.example/mailboxes/1'), own);
      assert.equal(await linked(anna, '/mailbox'), own);
      await app.db.knex('domains').update({ mail_enabled: 0 });
      assert.equal(await linked(anna, '/mailbox'), undefined);
    });
  });
}
