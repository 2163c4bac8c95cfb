import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DomainName, EmailAddress } from '../../plugin/addresses/index.js';
import { eraseMail } from '../../plugin/features/removed/mail-erasure.js';
import { engines } from '../support/app.js';
import type { Installation } from '../support/mail/installation.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';

const stranger = 'stranger@outside.test';

for (const engine of engines) {
  describe(`mail and logins of what is removed on ${engine}`, () => {
    let mail: Installation;

    before(async () => {
      mail = await sharedInstallation(engine);
    });

    const reply = async (to: string): Promise<string | undefined> =>
      (await mail.receive({ from: stranger, to })).rcpt[0];
    const removalOf = async (name: string): Promise<number> => {
      const row = await mail.app.db.knex('removals').where({ name }).first('id');
      return Number(row.id);
    };
    const removeMailbox = async (address: string): Promise<number> => {
      const { mailboxes } = mail.app.features;
      const { domain, mailbox } = await mailboxes.byAddress(
        mail.app.operator,
        EmailAddress.parse(address),
      );
      await mailboxes.remove(mail.app.operator, domain.name, mailbox.id);
      return await removalOf(address);
    };
    const removeDomain = async (name: string): Promise<number> => {
      const { operator, panel } = mail.app;
      await panel.domains.remove(operator, name, { confirmation: DomainName.parse(name) });
      return await removalOf(name);
    };
    const restore = async (removal: number): Promise<void> => {
      await mail.app.features.removedThings.restore(mail.app.operator, removal);
    };
    const folderOf = async (address: string): Promise<string> => {
      const row = await mail.app.db.knex('mailboxes').where({ address }).first();
      return join(mail.host.options.storage.folder, String(row.domain_id), String(row.id));
    };

    it('are refused, and are back with a mailbox and its old messages', async () => {
      const domain = await mail.domain();
      const [box, alias] = [`box@${domain}`, `alias@${domain}`];
      const { subject } = await mail.receive({ from: stranger, to: box });
      const removal = await removeMailbox(box);
      for (const address of [box, alias]) {
        assert.match((await reply(address)) ?? '', /^550 5\.1\.1 .* User unknown/);
      }
      for (const protocol of ['imap', 'pop3'] as const) {
        assert.match(await mail.login(protocol, box), /^NO|^-ERR/);
      }

      await restore(removal);
      for (const address of [box, alias]) {
        assert.equal(await reply(address), '250 2.1.5 Ok');
      }
      assert.equal(await mail.copies(box, subject), 1);
      assert.match(await mail.login('pop3', box), /^\+OK/);
    });

    it('are back with a domain, its mailboxes, aliases and settings', async () => {
      const text = 'Gone for lunch.';
      const domain = await mail.domain({ unknown: 'reject', text });
      const box = `box@${domain}`;
      const { subject } = await mail.receive({ from: stranger, to: box });
      const removal = await removeDomain(domain);
      assert.match((await reply(box)) ?? '', /^554 5\.7\.1 .*Relay access denied/);
      assert.match(await mail.login('imap', box), /^NO/);

      await restore(removal);
      assert.equal(await reply(`alias@${domain}`), '250 2.1.5 Ok');
      assert.match((await reply(`nobody@${domain}`)) ?? '', /Gone for lunch/);
      assert.equal(await mail.copies(box, subject), 1);
    });

    it('are gone once a mailbox is removed for good, and its mail is erased', async () => {
      const domain = await mail.domain();
      const box = `box@${domain}`;
      await mail.receive({ from: stranger, to: box });
      const folder = await folderOf(box);
      const { app, host } = mail;
      const storage = host.options.storage.folder;
      const removal = await removeMailbox(box);
      await eraseMail(app.db.knex, storage);
      assert.ok(existsSync(folder));
      await app.features.removedThings.erase(app.operator, removal);
      assert.equal(await eraseMail(app.db.knex, storage), 1);
      assert.ok(!existsSync(folder));
      await mail.panel.createMailbox(box);
      assert.deepEqual(await mail.inbox(box), []);
    });
  });
}
