import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { Child } from '../support/child.js';
import { MailFile } from '../support/mail/mail-file.js';

describe('the epoch of changes in the mail servers’ file', () => {
  let site: MailFile;
  beforeEach(async () => {
    site = await MailFile.open('sqlite-epoch', 10);
  });
  afterEach(() => site.close());

  const suspend = (id: number): Promise<void> =>
    site.db.transaction(async (tx) => {
      await tx('domains').where({ id }).update({ suspended: true });
      await site.maps.note(tx, { ids: [id], rows: [] });
    });

  const rows = (id: number): number => {
    const file = new Sqlite(site.mailFile, { readonly: true });
    const found = file.prepare('SELECT 1 FROM dovecot_users WHERE domain_id = ?').all(id);
    file.close();
    return found.length;
  };

  const epochFile = (): number => statSync(join(site.folder, 'epoch', 'epoch.db')).ino;

  it('is renewed after the rows are copied and before the change is removed', async () => {
    const told: number[] = [];
    site.epoch.renew = () => told.push(rows(7));
    await suspend(7);
    await site.maps.copyChanges();
    await site.maps.copyChanges();
    assert.deepEqual(told, [0]);
    assert.deepEqual(await site.db('mail_map_changes'), []);
  });

  it('is renewed once when several changes are copied together', async () => {
    let told = 0;
    site.epoch.renew = () => (told += 1);
    await suspend(7);
    const first = site.maps.copyChanges();
    await site.maps.copyChanges();
    assert.equal(told, 1);
    await first;
    assert.equal(told, 1);
  });

  it('is renewed later when it could not be renewed', async () => {
    const renew = site.epoch.renew.bind(site.epoch);
    site.epoch.renew = () => assert.fail('no space left');
    await suspend(7);
    await assert.rejects(site.maps.copyChanges(), /no space left/);
    assert.equal((await site.db('mail_map_changes')).length, 1);
    site.epoch.renew = renew;
    const before = epochFile();
    await site.maps.copyChanges();
    assert.notEqual(epochFile(), before);
    assert.deepEqual(await site.db('mail_map_changes'), []);
  });

  it('is renewed at the next start after a panel was killed before it', async () => {
    await site.db('domains').where({ id: 7 }).update({ mail_enabled: false });
    await site.maps.rebuild();
    const script = fileURLToPath(new URL('../support/mail/killed-panel.ts', import.meta.url));
    const { name }: { name: string } = await site.db('domains').where({ id: 7 }).first('name');
    const files = [site.panelFile, site.mailFile, join(site.folder, 'epoch'), name];
    const child = Child.ofScript(script, files);
    await child.ended;
    assert.equal(child.process.signalCode, 'SIGKILL', child.errors);
    assert.equal((await site.db('mail_map_changes')).length, 1);

    const before = epochFile();
    await site.reopenMaps();
    assert.notEqual(epochFile(), before);
    await site.maps.copyChanges();
    assert.deepEqual(await site.db('mail_map_changes'), []);
  });

  it('is renewed after a rebuild', async () => {
    const before = epochFile();
    await site.maps.rebuild();
    assert.notEqual(epochFile(), before);
  });
});
