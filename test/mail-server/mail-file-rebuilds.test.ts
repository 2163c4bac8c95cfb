import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { walFiles } from '../../plugin/database/file-identity.js';
import { StartError } from '../../plugin/errors.js';
import { MailFile } from '../support/mail/mail-file.js';

describe('the mail servers’ file', () => {
  let site: MailFile;
  beforeEach(async () => {
    site = await MailFile.open('rebuilds', 100);
  });
  afterEach(() => site.close());

  it('is rebuilt in place', async () => {
    const mailServer = new Sqlite(site.mailFile);
    mailServer.exec("DELETE FROM postfix_aliases; UPDATE dovecot_users SET password_hash = 'x'");
    const { ino } = statSync(site.mailFile);
    await site.changeDomain(3, { suspended: true });
    await site.maps.rebuild();
    site.assertSame();
    assert.deepEqual(await site.db('mail_map_changes'), []);
    assert.equal(statSync(site.mailFile).ino, ino);
    assert.notEqual(mailServer.prepare('SELECT count(*) FROM postfix_aliases').pluck().get(), 0);
    mailServer.close();
  });

  it('is rebuilt when the file is missing or has another shape', async () => {
    await site.reopenMaps(() => {
      const old = new Sqlite(site.mailFile);
      old.exec(
        'DROP TABLE postfix_aliases; CREATE TABLE postfix_aliases (k, v); CREATE TABLE gone (x)',
      );
      old.close();
    });
    site.assertSame();

    await site.reopenMaps(() => rmSync(join(site.folder, 'mail'), { recursive: true }));
    site.assertSame();
  });

  const removals: [what: string, remove: () => void][] = [
    ['is removed', () => rmSync(site.mailFile)],
    [
      'is removed with its companion files',
      () => walFiles(site.mailFile).forEach((each) => rmSync(each)),
    ],
    ['loses its log', () => rmSync(`${site.mailFile}-wal`)],
    ['loses its index', () => rmSync(`${site.mailFile}-shm`)],
    ['is removed with its folder', () => rmSync(join(site.folder, 'mail'), { recursive: true })],
    ['is replaced by an older one', () => replaceBy((other) => copyFileSync(site.mailFile, other))],
    ['is replaced by an empty one', () => replaceBy((other) => writeFileSync(other, ''))],
    ['is created by a mail server that finds none', () => madeByMailServer(site.mailFile)],
  ];

  for (const [what, remove] of removals) {
    it(`is rebuilt with the next change, or within 100 ms, when the file ${what} while the panel runs`, async () => {
      assert.ok(site.maps.madeAnewAt === undefined && site.maps.followEveryMs <= 100);
      const mailServer = new Sqlite(site.mailFile);
      const read = mailServer.prepare('SELECT count(*) FROM dovecot_users WHERE domain_id = 3');
      assert.notEqual(read.pluck().get(), 0);
      remove();
      await site.changeDomain(3, { suspended: true });
      await site.maps.copyChanges();
      site.assertSame();
      assert.notEqual(site.maps.madeAnewAt, undefined);
      assert.equal(read.get(), 0, 'an open file is kept in step');

      await site.changeDomain(4, { suspended: true });
      await site.maps.copyChanges();
      site.assertSame();
      assert.deepEqual(await site.db('mail_map_changes'), []);
      mailServer.close();
    });
  }

  const replaceBy = (write: (other: string) => void): void => {
    const other = join(site.folder, 'other');
    write(other);
    renameSync(other, site.mailFile);
  };

  it('is rebuilt once whatever replaced the file is gone', async () => {
    rmSync(site.mailFile);
    mkdirSync(site.mailFile);
    await site.changeDomain(3, { suspended: true });
    await assert.rejects(site.maps.copyChanges(), StartError);
    assert.equal(site.maps.madeAnewAt, undefined);
    rmSync(site.mailFile, { recursive: true });
    await site.maps.copyChanges();
    site.assertSame();
  });

  it('is filled after a crash between creating and filling the tables', async () => {
    const file = new Sqlite(site.mailFile);
    file.exec('DELETE FROM postfix_aliases');
    file.pragma('user_version = 0');
    file.close();
    await site.reopenMaps();
    site.assertSame();
  });
});

/** As sqlite3_open does. */
function madeByMailServer(mailFile: string): void {
  rmSync(mailFile);
  const made = new Sqlite(mailFile);
  assert.throws(() => made.prepare('SELECT 1 FROM dovecot_users'), /no such table/);
  made.close();
}
