import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { type TestApp, engines } from '../support/app.js';
import { startInstallation } from '../support/mail/installation.js';
import { usualPassword } from '../support/mail/panel.js';

for (const engine of engines) {
  describe(`without the panel, on ${engine}`, () => {
    it('mail is received, read and sent', async () => {
      const mail = await startInstallation(engine);
      try {
        const domain = await mail.domain({ unknown: 'reject', text: 'Gone.' });
        const user = `box@${domain}`;
        await mail.stopPanel();
        for (const file of panelFiles(mail.app)) {
          rmSync(file, { force: true });
        }

        const { rcpt, subject } = await mail.receive({
          from: 'a@outside.test',
          to: [`alias@${domain}`, `nobody@${domain}`],
        });
        assert.deepEqual(rcpt, [
          '250 2.1.5 Ok',
          `550 5.1.1 <nobody@${domain}>: Recipient address rejected: Gone.`,
        ]);
        assert.equal(await mail.copies(user, subject), 1);
        const sent = await mail.submit({
          from: user,
          to: 'a@outside.test',
          login: { user, password: usualPassword },
        });
        assert.equal(mail.outside.about(sent.subject).length, 1);
      } finally {
        await mail.close();
      }
    });
  });
}

/** Removes what only the panel needs: on SQLite its database. */
function panelFiles({ config }: TestApp): string[] {
  const { database } = config;
  return database.engine === 'sqlite'
    ? ['', '-wal', '-shm'].map((suffix) => database.file + suffix)
    : [];
}
