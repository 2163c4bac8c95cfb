import assert from 'node:assert/strict';
import { hash as bcrypt } from '@node-rs/bcrypt';
import { encrypt } from 'unixcrypt';
import { hashPassword } from '../../plugin/secrets/passwords.js';
import { oneEngine } from '../support/app.js';
import type { Installation } from '../support/mail/installation.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';
import { applied, linesOf, previewOfFile } from './importing.js';

const password = 'tR4v8-mKq2x-Hn7wz';

for (const engine of oneEngine) {
  describe(`imported mailboxes and aliases on ${engine}`, () => {
    let mail: Installation;

    before(async () => {
      mail = await sharedInstallation(engine);
    });

    const imported = async (
      what: 'mailboxes' | 'aliases',
      lines: readonly string[],
    ): Promise<void> => {
      const { app } = mail;
      const preview = await previewOfFile(app, app.operator, what, { lines });
      assert.deepEqual(
        (await linesOf(app, preview)).filter(({ kind }) => kind !== 'will-change'),
        [],
      );
      assert.equal((await applied(app, app.operator, preview)).changed, lines.length - 1);
    };

    it('log in with a password that was given, and with a hash, and receive at once', async () => {
      const domain = await mail.domain();
      await imported('mailboxes', [
        'address,password,pop3',
        `given@${domain},${password},no`,
        `hashed@${domain},"${await hashPassword(password)}",yes`,
        `sha512@${domain},${encrypt(password, '$6$rounds=6000$saltsalt')},yes`,
        `sha256@${domain},{SHA256-CRYPT}${encrypt(password, '$5$saltsalt')},yes`,
        `blf@${domain},${(await bcrypt(password, 5)).replace('$2b$', '$2y$')},yes`,
      ]);
      for (const name of ['sha512', 'sha256', 'blf']) {
        assert.match(await mail.login('imap', `${name}@${domain}`, password), /^OK/, name);
        assert.match(await mail.login('imap', `${name}@${domain}`, 'another'), /^NO/, name);
      }
      await imported('aliases', [
        'address,targets',
        `team@${domain},"given@${domain};hashed@${domain}"`,
      ]);
      for (const user of [`given@${domain}`, `hashed@${domain}`]) {
        assert.match(await mail.login('imap', user, password), /^OK/);
        assert.match(await mail.login('imap', user, 'another'), /^NO/);
      }
      assert.match(await mail.login('pop3', `given@${domain}`, password), /^-ERR/);
      const { rcpt, subject } = await mail.receive({
        from: 'stranger@outside.test',
        to: `team@${domain}`,
      });
      assert.deepEqual(rcpt, ['250 2.1.5 Ok']);
      for (const user of [`given@${domain}`, `hashed@${domain}`]) {
        const inbox = await mail.inbox(user, password);
        assert.equal(inbox.filter((each) => each.includes(`Subject: ${subject}\r\n`)).length, 1);
      }
    });
  });
}
