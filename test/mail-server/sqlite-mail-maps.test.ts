import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import type { Knex } from 'knex';
import { walFiles } from '../../plugin/database/file-identity.js';
import { StartError } from '../../plugin/errors.js';
import { busyTimeoutMs } from '../../plugin/mail-server/mail-file.js';
import type { MailMaps } from '../../plugin/mail-server/mail-maps.js';
import type { Epoch } from '../../plugin/mail-server/epoch.js';
import { sqliteMailMaps } from '../../plugin/mail-server/sqlite-mail-maps.js';
import { mailViewNames } from '../../plugin/mail-server/views.js';
import { closeMailFile, openMailFile } from '../support/mail/mail-file.js';

describe('the rows in the mail servers’ file', () => {
  let folder: string;
  let panelFile: string;
  let mailFile: string;
  let epoch: Epoch;
  let db: Knex;
  let maps: MailMaps;

  beforeEach(async () => {
    ({ folder, panelFile, mailFile, epoch, db, maps } = await openMailFile('mail-maps', 100));
  });

  afterEach(() => closeMailFile({ folder, db, maps }));

  const changeDomain = async (id: number, values: object): Promise<void> => {
    await db.transaction(async (tx) => {
      await tx('domains').where({ id }).update(values);
      await tx('mail_map_changes').insert({ domain_id: id });
    });
  };

  const startBusyPanel = async (changes: number): Promise<ChildProcess> => {
    const script = fileURLToPath(new URL('../support/mail/busy-panel.ts', import.meta.url));
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', script, panelFile, mailFile, String(changes)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(child.stdout ?? child, 'data');
    return child;
  };

  it('equal those of the views after it is first opened', () => {
    assertSame(panelFile, mailFile);
  });

  it('follow changed, added and removed domains, mailboxes and aliases', async () => {
    await changeDomain(3, {
      unknown_policy: 'redirect',
      redirect_ip: '192.0.2.9',
      redirect_port: 2525,
    });
    await changeDomain(4, { suspended: true });
    await db('domains').where({ id: 5 }).delete();
    await db('mailboxes').where({ domain_id: 6 }).update({ suspended: true });
    await db('aliases').where({ domain_id: 7 }).delete();
    await db('mail_map_changes').insert([{ domain_id: 5 }, { domain_id: 6 }, { domain_id: 7 }]);
    await maps.copyChanges();
    assertSame(panelFile, mailFile);
    assert.deepEqual(await db('mail_map_changes'), []);
  });

  it('are copied for the recorded domains only', async () => {
    await changeDomain(3, { suspended: true });
    await db('domains').where({ id: 4 }).update({ suspended: true });
    await maps.copyChanges();
    assert.equal(rowsOf(mailFile, 3), 0);
    assert.notEqual(rowsOf(mailFile, 4), 0);
  });

  it('are copied in several transactions when there are many changes', async () => {
    await db('domains').update({ reject_text: 'Everywhere.', unknown_policy: 'reject' });
    for (let round = 0; round < 5; round += 1) {
      await db.batchInsert(
        'mail_map_changes',
        Array.from({ length: 100 }, (_, index) => ({ domain_id: index + 1 })),
        100,
      );
    }
    await maps.copyChanges();
    assertSame(panelFile, mailFile);
    assert.deepEqual(await db('mail_map_changes'), []);
  });

  it('include changes committed before a crash once the panel starts again', async () => {
    await changeDomain(3, { suspended: true });
    await maps.close();
    maps = sqliteMailMaps({ panelFile, mailFile, epoch });
    await maps.copyChanges();
    assertSame(panelFile, mailFile);
  });

  it('are copied without waiting for a transaction of this process, whose changes stay recorded', async () => {
    await changeDomain(3, { suspended: true });
    const other = new Sqlite(panelFile);
    other.exec('BEGIN IMMEDIATE');
    const copyMs = await timeOf(() => maps.copyChanges());
    const waiting = new Sqlite(panelFile, { timeout: busyTimeoutMs });
    const waitMs = await timeOf(async () => {
      assert.throws(() => waiting.exec('BEGIN IMMEDIATE'), /database is locked/);
    });
    waiting.close();
    assert.ok(copyMs < 5 * waitMs, `${copyMs} ms, and a connection waits ${waitMs} ms`);
    other.exec('ROLLBACK');
    other.close();
    assertSame(panelFile, mailFile);
    assert.equal((await db('mail_map_changes')).length, 1);

    await changeDomain(3, { suspended: false });
    await maps.copyChanges();
    assertSame(panelFile, mailFile);
    assert.deepEqual(await db('mail_map_changes'), []);
  });

  it('are complete after concurrent changes of two processes', async () => {
    const panels = await Promise.all([startBusyPanel(300), startBusyPanel(300)]);
    const codes = await Promise.all(
      panels.map(async (each) => (await once(each, 'exit'))[0] as number),
    );
    assert.deepEqual(codes, [0, 0]);
    assertSame(panelFile, mailFile);
  });

  it('are complete whenever the panel is killed', async () => {
    for (let round = 0; round < 8; round += 1) {
      const panel = await startBusyPanel(1_000_000);
      await sleep(20 + round * 13);
      panel.kill('SIGKILL');
      await once(panel, 'exit');
      await maps.copyChanges();
      assertSame(panelFile, mailFile);
    }
    const changed = await db('domains')
      .whereLike('reject_text', '%-%')
      .count({ rows: '*' })
      .first();
    assert.notEqual(changed?.['rows'], 0);
  });

  it('are rebuilt in place', async () => {
    const mailServer = new Sqlite(mailFile);
    mailServer.exec("DELETE FROM postfix_aliases; UPDATE dovecot_users SET password_hash = 'x'");
    const { ino } = statSync(mailFile);
    await changeDomain(3, { suspended: true });
    await maps.rebuild();
    assertSame(panelFile, mailFile);
    assert.deepEqual(await db('mail_map_changes'), []);
    assert.equal(statSync(mailFile).ino, ino);
    assert.notEqual(mailServer.prepare('SELECT count(*) FROM postfix_aliases').pluck().get(), 0);
    mailServer.close();
  });

  it('are rebuilt when the file is missing or has another shape', async () => {
    await maps.close();
    const old = new Sqlite(mailFile);
    old.exec(
      'DROP TABLE postfix_aliases; CREATE TABLE postfix_aliases (k, v); CREATE TABLE gone (x)',
    );
    old.close();
    maps = sqliteMailMaps({ panelFile, mailFile, epoch });
    assertSame(panelFile, mailFile);

    await maps.close();
    rmSync(join(folder, 'mail'), { recursive: true });
    maps = sqliteMailMaps({ panelFile, mailFile, epoch });
    assertSame(panelFile, mailFile);
  });

  const removals: [what: string, remove: () => void][] = [
    ['is removed', () => rmSync(mailFile)],
    [
      'is removed with its companion files',
      () => walFiles(mailFile).forEach((each) => rmSync(each)),
    ],
    ['loses its log', () => rmSync(`${mailFile}-wal`)],
    ['loses its index', () => rmSync(`${mailFile}-shm`)],
    ['is removed with its folder', () => rmSync(join(folder, 'mail'), { recursive: true })],
    ['is replaced by an older one', () => replaceBy((other) => copyFileSync(mailFile, other))],
    ['is replaced by an empty one', () => replaceBy((other) => writeFileSync(other, ''))],
    ['is created by a mail server that finds none', () => madeByMailServer(mailFile)],
  ];
  for (const [what, remove] of removals) {
    it(`are rebuilt with the next change, or within 100 ms, when the file ${what} while the panel runs`, async () => {
      assert.ok(maps.madeAnewAt === undefined && maps.followEveryMs <= 100);
      const mailServer = new Sqlite(mailFile);
      const read = mailServer.prepare('SELECT count(*) FROM dovecot_users WHERE domain_id = 3');
      assert.notEqual(read.pluck().get(), 0);
      remove();
      await changeDomain(3, { suspended: true });
      await maps.copyChanges();
      assertSame(panelFile, mailFile);
      assert.notEqual(maps.madeAnewAt, undefined);
      assert.equal(read.get(), 0, 'an open file is kept in step');

      await changeDomain(4, { suspended: true });
      await maps.copyChanges();
      assertSame(panelFile, mailFile);
      assert.deepEqual(await db('mail_map_changes'), []);
      mailServer.close();
    });
  }

  const replaceBy = (write: (other: string) => void): void => {
    const other = join(folder, 'other');
    write(other);
    renameSync(other, mailFile);
  };

  it('are rebuilt once whatever replaced the file is gone', async () => {
    rmSync(mailFile);
    mkdirSync(mailFile);
    await changeDomain(3, { suspended: true });
    await assert.rejects(maps.copyChanges(), StartError);
    assert.equal(maps.madeAnewAt, undefined);
    rmSync(mailFile, { recursive: true });
    await maps.copyChanges();
    assertSame(panelFile, mailFile);
  });

  it('are filled after a crash between creating and filling the tables', async () => {
    const file = new Sqlite(mailFile);
    file.exec('DELETE FROM postfix_aliases');
    file.pragma('user_version = 0');
    file.close();
    await maps.close();
    maps = sqliteMailMaps({ panelFile, mailFile, epoch });
    assertSame(panelFile, mailFile);
  });

  it('are indexed by each looked-up key', () => {
    const file = new Sqlite(mailFile, { readonly: true });
    for (const view of mailViewNames) {
      for (const column of ['lookup_key', 'domain_id']) {
        const [step] = file
          .prepare(`EXPLAIN QUERY PLAN SELECT * FROM ${view} WHERE ${column} = ?`)
          .all('x') as { detail: string }[];
        assert.match(step?.detail ?? '', /^SEARCH .* USING INDEX/);
      }
    }
    file.close();
  });

  it('can be written only by the mail servers’ group', async () => {
    await maps.close();
    chmodSync(join(folder, 'mail'), 0o755);
    chmodSync(mailFile, 0o644);
    maps = sqliteMailMaps({ panelFile, mailFile, epoch });
    await changeDomain(3, { suspended: true });
    await maps.copyChanges();
    const isRoot = process.getuid?.() === 0 && groupId('postfix') !== undefined;
    const modes = ['.', 'mail.sqlite', 'mail.sqlite-wal', 'mail.sqlite-shm'].map((name) => {
      const { mode, gid } = statSync(join(folder, 'mail', name));
      return [(mode & 0o7777).toString(8), gid];
    });
    const group = isRoot ? groupId('postfix') : process.getgid?.();
    assert.deepEqual(modes, [
      [isRoot ? '3770' : '770', group],
      ...Array.from({ length: 3 }, () => ['660', group]),
    ]);
  });
});

/** As sqlite3_open does. */
function madeByMailServer(mailFile: string): void {
  rmSync(mailFile);
  const made = new Sqlite(mailFile);
  assert.throws(() => made.prepare('SELECT 1 FROM dovecot_users'), /no such table/);
  made.close();
}

function assertSame(panelFile: string, mailFile: string): void {
  const mail = new Sqlite(mailFile, { readonly: true });
  mail.prepare('ATTACH ? AS panel').run(panelFile);
  for (const view of mailViewNames) {
    const rows = (schema: string): unknown[] =>
      mail.prepare(`SELECT * FROM ${schema}.${view} ORDER BY lookup_key, domain_id, 3`).all();
    assert.deepEqual(rows('main'), rows('panel'), view);
  }
  mail.close();
}

function rowsOf(mailFile: string, domainId: number): number {
  const mail = new Sqlite(mailFile, { readonly: true });
  const counts = mailViewNames.map(
    (view) =>
      mail
        .prepare(`SELECT count(*) FROM ${view} WHERE domain_id = ?`)
        .pluck()
        .get(domainId) as number,
  );
  mail.close();
  return counts.reduce((sum, each) => sum + each, 0);
}

function groupId(name: string): number | undefined {
  const entry = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`));
  return entry === undefined ? undefined : Number(entry.split(':')[2]);
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
