import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { busyTimeoutMs } from '../../plugin/mail-server/mail-file.js';
import { mailViewNames } from '../../plugin/mail-server/views.js';
import { Child } from '../support/child.js';
import { MailFile } from '../support/mail/mail-file.js';

describe('the rows in the mail servers’ file', () => {
  let site: MailFile;
  beforeEach(async () => {
    site = await MailFile.open('mail-maps', 100);
  });
  afterEach(() => site.close());

  const startBusyPanel = async (changes: number): Promise<Child> => {
    const script = fileURLToPath(new URL('../support/mail/busy-panel.ts', import.meta.url));
    const files = [site.panelFile, site.mailFile];
    const child = Child.ofScript(script, [...files, String(changes)]);
    await child.prints(/ready/);
    return child;
  };

  it('equal those of the views after it is first opened', () => {
    site.assertSame();
  });

  it('follow changed, added and removed domains, mailboxes and aliases', async () => {
    await site.changeDomain(3, {
      unknown_policy: 'redirect',
      redirect_ip: '192.0.2.9',
      redirect_port: 2525,
    });
    await site.changeDomain(4, { suspended: true });
    await site.db('domains').where({ id: 5 }).delete();
    await site.db('mailboxes').where({ domain_id: 6 }).update({ suspended: true });
    await site.db('aliases').where({ domain_id: 7 }).delete();
    await site
      .db('mail_map_changes')
      .insert([{ domain_id: 5 }, { domain_id: 6 }, { domain_id: 7 }]);
    await site.maps.copyChanges();
    site.assertSame();
    assert.deepEqual(await site.db('mail_map_changes'), []);
  });

  it('follow in domains that forward unknown recipients to a suspended mailbox', async () => {
    const mailbox = await site.db('mailboxes').where({ domain_id: 8, suspended: false }).first();
    await site.changeDomain(9, { unknown_policy: 'forward', forward_to: mailbox.address });
    await site.maps.copyChanges();
    const before = rowsOf(site.mailFile, 9);
    await site.db('mailboxes').where({ id: mailbox.id }).update({ suspended: true });
    await site.db('mail_map_changes').insert({ domain_id: 8 });
    await site.maps.copyChanges();
    assert.ok(rowsOf(site.mailFile, 9) > before);
    site.assertSame();
  });

  it('are copied for the recorded domains only', async () => {
    await site.changeDomain(3, { suspended: true });
    await site.db('domains').where({ id: 4 }).update({ suspended: true });
    await site.maps.copyChanges();
    assert.equal(rowsOf(site.mailFile, 3), 0);
    assert.notEqual(rowsOf(site.mailFile, 4), 0);
  });

  it('are copied in several transactions when there are many changes', async () => {
    await site.db('domains').update({ reject_text: 'Everywhere.', unknown_policy: 'reject' });
    for (let round = 0; round < 5; round += 1) {
      await site.db.batchInsert(
        'mail_map_changes',
        Array.from({ length: 100 }, (_, index) => ({ domain_id: index + 1 })),
        100,
      );
    }
    await site.maps.copyChanges();
    site.assertSame();
    assert.deepEqual(await site.db('mail_map_changes'), []);
  });

  it('of one transaction are copied without waiting for earlier changes of another process', async () => {
    await site.changeDomain(3, { suspended: true });
    const noted = await site.db.transaction(async (tx) => {
      await tx('domains').where({ id: 4 }).update({ suspended: true });
      return await site.maps.note(tx, { ids: [4], rows: [] });
    });
    await site.maps.copyChanges(noted);
    assert.notEqual(rowsOf(site.mailFile, 3), 0);
    assert.equal(rowsOf(site.mailFile, 4), 0);
    await site.maps.copyChanges();
    site.assertSame();
    assert.deepEqual(await site.db('mail_map_changes'), []);
  });

  it('that another process changed are left to it for a while', async () => {
    await site.changeDomain(3, { suspended: true });
    await site.maps.followChanges();
    site.time += 2999;
    await site.changeDomain(4, { suspended: true });
    await site.maps.followChanges();
    assert.notEqual(rowsOf(site.mailFile, 3), 0);
    site.time += 1;
    await site.maps.followChanges();
    site.assertSame();
    assert.deepEqual(await site.db('mail_map_changes'), []);
  });

  it('that another process still copies are left to it however long it takes', async () => {
    const other = site.openMaps();
    for (const id of [3, 4, 5]) {
      await site.changeDomain(id, { suspended: true });
      await site.maps.followChanges();
      assert.notEqual(rowsOf(site.mailFile, id), 0);
      await other.copyChanges();
      site.time += 2000;
    }
    await other.close();
    site.assertSame();
  });

  it('are not written where they stay the same', async () => {
    const reader = new Sqlite(site.mailFile, { readonly: true });
    const firstIds = (): unknown[] =>
      mailViewNames.map((view) =>
        reader.prepare(`SELECT min(rowid) FROM ${view} WHERE domain_id = 3`).pluck().get(),
      );
    const before = firstIds();
    await site.changeDomain(3, { relay_id: null, version: 2 });
    await site.maps.copyChanges();
    assert.deepEqual(firstIds(), before);
    reader.close();
    assert.deepEqual(await site.db('mail_map_changes'), []);
  });

  it('are copied only for the views that read the changed columns', async () => {
    await site.db.transaction(async (tx) => {
      const domain = tx('domains').where({ id: 6 });
      await domain.clone().update({ reject_reply: 'Other.', suspended: true });
      const rows = domain.select('id as row_id');
      await site.maps.note(tx, { ids: [], rows: [{ rows, columns: ['reject_reply', 'version'] }] });
    });
    const rows = (view: string): unknown =>
      read(site.mailFile, `SELECT count(*) FROM ${view} WHERE domain_id = 6`);
    await site.maps.copyChanges();
    assert.equal(rows('postfix_recipient_access'), 0);
    assert.notEqual(rows('postfix_mailboxes'), 0);
    await site.db('mail_map_changes').insert({ domain_id: 6 });
    await site.maps.copyChanges();
    site.assertSame();
  });

  it('stay in place where another answer to the same key takes theirs', async () => {
    await site.db('alias_targets').insert([
      { alias_id: 3, target: 'a@outside.test' },
      { alias_id: 3, target: 'b@outside.test' },
    ]);
    await site.db('mail_map_changes').insert({ domain_id: 3 });
    await site.maps.copyChanges();
    const ids = (): unknown =>
      read(
        site.mailFile,
        `SELECT json_group_array(rowid ORDER BY rowid) FROM postfix_aliases WHERE domain_id = 3`,
      );
    const before = ids();
    await site
      .db('alias_targets')
      .where({ target: 'a@outside.test' })
      .update({ target: 'c@d.test' });
    await site.db('mail_map_changes').insert({ domain_id: 3 });
    await site.maps.copyChanges();
    assert.equal(ids(), before);
    site.assertSame();
  });

  it('include changes committed before a crash once the panel starts again', async () => {
    await site.changeDomain(3, { suspended: true });
    await site.reopenMaps();
    await site.maps.copyChanges();
    site.assertSame();
  });

  it('are copied without waiting for a transaction of this process, whose changes stay recorded', async () => {
    await site.changeDomain(3, { suspended: true });
    const other = new Sqlite(site.panelFile);
    other.exec('BEGIN IMMEDIATE');
    const copyMs = await timeOf(() => site.maps.copyChanges());
    const waiting = new Sqlite(site.panelFile, { timeout: busyTimeoutMs });
    const waitMs = await timeOf(async () => {
      assert.throws(() => waiting.exec('BEGIN IMMEDIATE'), /database is locked/);
    });
    waiting.close();
    assert.ok(copyMs < 5 * waitMs, `${copyMs} ms, and a connection waits ${waitMs} ms`);
    other.exec('ROLLBACK');
    other.close();
    site.assertSame();
    assert.equal((await site.db('mail_map_changes')).length, 1);

    await site.changeDomain(3, { suspended: false });
    await site.maps.copyChanges();
    site.assertSame();
    assert.deepEqual(await site.db('mail_map_changes'), []);
  });

  it('are complete after concurrent changes of two processes', async () => {
    const panels = await Promise.all([startBusyPanel(300), startBusyPanel(300)]);
    const codes = await Promise.all(panels.map(({ ended }) => ended));
    assert.deepEqual(codes, [0, 0], panels.map(({ errors }) => errors).join(''));
    site.assertSame();
  });

  it('are complete whenever the panel is killed', async () => {
    for (let round = 0; round < 8; round += 1) {
      const panel = await startBusyPanel(1_000_000);
      await sleep(20 + round * 13);
      assert.ok(!panel.hasEnded, panel.errors);
      await panel.kill();
      await site.maps.copyChanges();
      site.assertSame();
    }
    const changed = await site
      .db('domains')
      .whereLike('reject_text', '%-%')
      .count({ rows: '*' })
      .first();
    assert.notEqual(changed?.['rows'], 0);
  });

  it('are indexed by each looked-up key', () => {
    const file = new Sqlite(site.mailFile, { readonly: true });
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
    await site.reopenMaps(() => {
      chmodSync(join(site.folder, 'mail'), 0o755);
      chmodSync(site.mailFile, 0o644);
    });
    await site.changeDomain(3, { suspended: true });
    await site.maps.copyChanges();
    const isRoot = process.getuid?.() === 0 && groupId('postfix') !== undefined;
    const modes = ['.', 'mail.sqlite', 'mail.sqlite-wal', 'mail.sqlite-shm'].map((name) => {
      const { mode, gid } = statSync(join(site.folder, 'mail', name));
      return [(mode & 0o7777).toString(8), gid];
    });
    const group = isRoot ? groupId('postfix') : process.getgid?.();
    assert.deepEqual(modes, [
      [isRoot ? '3770' : '770', group],
      ...Array.from({ length: 3 }, () => ['660', group]),
    ]);
  });
});

function rowsOf(mailFile: string, domainId: number): number {
  const counts = mailViewNames.map(
    (view) =>
      read(mailFile, `SELECT count(*) FROM ${view} WHERE domain_id = ${domainId}`) as number,
  );
  return counts.reduce((sum, each) => sum + each, 0);
}

/** The first value that a query of the mail servers' file finds. */
function read(mailFile: string, query: string): unknown {
  const mail = new Sqlite(mailFile, { readonly: true });
  const value = mail.prepare(query).pluck().get();
  mail.close();
  return value;
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
