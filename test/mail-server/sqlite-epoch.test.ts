import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import type { Knex } from 'knex';
import type { Epoch } from '../../plugin/mail-server/epoch.js';
import type { MailMaps } from '../../plugin/mail-server/mail-maps.js';
import { sqliteMailMaps } from '../../plugin/mail-server/sqlite-mail-maps.js';
import { closeMailFile, openMailFile } from '../support/mail/mail-file.js';

describe('the epoch of changes in the mail servers’ file', () => {
  let folder: string;
  let panelFile: string;
  let mailFile: string;
  let epoch: Epoch;
  let db: Knex;
  let maps: MailMaps;

  beforeEach(async () => {
    ({ folder, panelFile, mailFile, epoch, db, maps } = await openMailFile('sqlite-epoch', 10));
  });

  afterEach(() => closeMailFile({ folder, db, maps }));

  const suspend = (id: number): Promise<void> =>
    db.transaction(async (tx) => {
      await tx('domains').where({ id }).update({ suspended: true });
      await maps.note(tx, [id]);
    });

  const rows = (id: number): number => {
    const file = new Sqlite(mailFile, { readonly: true });
    const found = file.prepare('SELECT 1 FROM dovecot_users WHERE domain_id = ?').all(id);
    file.close();
    return found.length;
  };

  const epochFile = (): number => statSync(join(folder, 'epoch', 'epoch.db')).ino;

  it('is renewed after the rows are copied and before the change is removed', async () => {
    const told: number[] = [];
    epoch.renew = () => told.push(rows(7));
    await suspend(7);
    await maps.copyChanges();
    await maps.copyChanges();
    assert.deepEqual(told, [0]);
    assert.deepEqual(await db('mail_map_changes'), []);
  });

  it('is renewed once when several changes are copied together', async () => {
    let told = 0;
    epoch.renew = () => (told += 1);
    await suspend(7);
    const first = maps.copyChanges();
    await maps.copyChanges();
    assert.equal(told, 1);
    await first;
    assert.equal(told, 1);
  });

  it('is renewed later when it could not be renewed', async () => {
    const renew = epoch.renew.bind(epoch);
    epoch.renew = () => assert.fail('no space left');
    await suspend(7);
    await assert.rejects(maps.copyChanges(), /no space left/);
    assert.equal((await db('mail_map_changes')).length, 1);
    epoch.renew = renew;
    const before = epochFile();
    await maps.copyChanges();
    assert.notEqual(epochFile(), before);
    assert.deepEqual(await db('mail_map_changes'), []);
  });

  it('is renewed at the next start after a panel was killed before it', async () => {
    await db('domains').where({ id: 7 }).update({ mail_enabled: false });
    await maps.rebuild();
    const script = fileURLToPath(new URL('../support/mail/killed-panel.ts', import.meta.url));
    const { name }: { name: string } = await db('domains').where({ id: 7 }).first('name');
    const files = [panelFile, mailFile, join(folder, 'epoch'), name];
    const child = spawn(process.execPath, ['--import', 'tsx', script, ...files]);
    await once(child, 'exit');
    assert.equal(child.signalCode, 'SIGKILL');
    assert.equal((await db('mail_map_changes')).length, 1);

    const before = epochFile();
    await maps.close();
    maps = sqliteMailMaps({ panelFile, mailFile, epoch });
    assert.notEqual(epochFile(), before);
    await maps.copyChanges();
    assert.deepEqual(await db('mail_map_changes'), []);
  });

  it('is renewed after a rebuild', async () => {
    const before = epochFile();
    await maps.rebuild();
    assert.notEqual(epochFile(), before);
  });
});
