import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { mailFileOf } from '../../plugin/mail-server/data-files.js';
import { walFiles } from '../../plugin/database/file-identity.js';
import { type Installation, startInstallation } from '../support/mail/installation.js';
import { usualPassword } from '../support/mail/panel.js';

describe('after the mail servers’ file is removed at run time', () => {
  let mail: Installation;
  before(async () => {
    mail = await startInstallation('sqlite');
  });
  after(() => mail.close());

  const replyTo = async (recipient: string): Promise<string | undefined> =>
    (await mail.receive({ from: 'a@outside.test', to: recipient })).rcpt[0];

  for (const [what, removed] of [
    ['alone', 1],
    ['with its log and index', 3],
  ] as const) {
    it(`${what}, changes are still live, before and after a reload of the mail servers`, async () => {
      const domain = await mail.domain({ unknown: 'reject', text: 'Before.' });
      const nobody = `nobody@${domain}`;
      const refused = (text: string): string =>
        `550 5.1.1 <${nobody}>: Recipient address rejected: ${text}`;
      assert.equal(await replyTo(nobody), refused('Before.'));
      assert.match(await mail.login('imap', `box@${domain}`), /OK/);

      const files = walFiles(mailFileOf(mail.app.config)).slice(0, removed);
      files.forEach((file) => rmSync(file));
      // As the panel does ten times a second.
      await mail.app.changes.publish();
      assert.equal(await replyTo(`box@${domain}`), '250 2.1.5 Ok');
      await mail.panel.setPolicy(domain, { unknown: 'reject', text: 'After.' });
      assert.equal(await replyTo(nobody), refused('After.'));
      await mail.panel.createMailbox(`new@${domain}`);
      assert.match(await mail.login('imap', `new@${domain}`, usualPassword), /OK/);

      mail.host.reload();
      await mail.panel.setPolicy(domain, { unknown: 'reject', text: 'Reloaded.' });
      assert.equal(await replyTo(nobody), refused('Reloaded.'));
      assert.match(await mail.login('imap', `new@${domain}`, usualPassword), /OK/);
    });
  }
});
