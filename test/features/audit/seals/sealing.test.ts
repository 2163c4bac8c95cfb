import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dropping } from '../../../../plugin/features/audit/seals/dropping.js';
import { HeadFile } from '../../../../plugin/features/audit/seals/head-file.js';
import { Keeping } from '../../../../plugin/features/audit/seals/keeping.js';
import { renewSeals } from '../../../../plugin/features/audit/seals/renewal.js';
import { SealKeys } from '../../../../plugin/features/audit/seals/seal-keys.js';
import { Sealer } from '../../../../plugin/features/audit/seals/sealer.js';
import { unlistedIn } from '../../../../plugin/features/audit/seals/unlisted.js';
import { Verifying } from '../../../../plugin/features/audit/seals/verifying.js';
import { programFolder } from '../../../../plugin/runtime/paths.js';
import { TableQuery } from '../../../../plugin/tables/table-query.js';
import { parseTableState } from '../../../../plugin/tables/table-state.js';
import { engines } from '../../../support/app.js';
import { relais } from '../../../support/cli.js';
import { addEntries } from '../../../support/entries.js';
import { useTestApp, useTestAppEach } from '../../../support/opened.js';
import { temporaryFolder } from '../../../support/processes.js';
import { SealedLog } from './log.js';

const kills = 12;
const longestLifeMs = 150;

const now = (): number => Date.now();
const monthLater = (): number => Date.now() + 31 * 24 * 60 * 60 * 1000;
const byNumber = (one: number, other: number): number => one - other;

for (const engine of engines) {
  describe(`sealing the activity log on ${engine}`, () => {
    const app = useTestAppEach(engine);
    const count = async (table: string): Promise<number> =>
      Number((await app.db.knex(table).count({ n: '*' }).first())?.['n']);

    it('seals each entry once, however many processes do it', async () => {
      const log = new SealedLog(app.db);
      await log.add(101);
      await Promise.all([1, 2, 3, 4].map(() => log.sealer().seal()));
      await log.add(30);
      await Promise.all([1, 2, 3, 4].map(() => log.sealer().seal()));
      const { found, sealed, unsealed } = await log.verify();
      assert.deepEqual({ found, sealed, unsealed }, { found: 0, sealed: 131, unsealed: 0 });
      assert.equal(log.headFile.read()?.number, await count('audit_seals'));
    });

    it('seals what was committed after entries with higher IDs, where connections take IDs in advance', async () => {
      const log = new SealedLog(app.db);
      await log.add(20);
      const [, late] = await app.db.knex('audit_entries').orderBy('id').limit(2);
      await app.db.knex('audit_entries').where({ id: late.id }).delete();
      await log.sealer().seal();
      await app.db.knex('audit_entries').insert({ ...late, at: Date.now() });
      if (!app.db.engine.supportsSharing) {
        assert.deepEqual((await log.verify()).findings, [{ kind: 'added', number: late.id }]);
        return;
      }
      const { found, unsealed } = await log.verify();
      assert.deepEqual({ found, unsealed }, { found: 0, unsealed: 1 });
      await log.sealer().seal();
      await log.sealer().seal();
      const { found: later, sealed } = await log.verify();
      assert.deepEqual({ later, sealed }, { later: 0, sealed: 20 });
    });

    it('finds each of these among many entries, and seals it once', async () => {
      const log = new SealedLog(app.db);
      await log.add(90);
      const entries = await app.db.knex('audit_entries').orderBy('id');
      const late = entries.filter((_entry, index) => index % 20 === 3);
      const ids = late.map(({ id }) => id);
      await app.db.knex('audit_entries').whereIn('id', ids).delete();
      await log.sealer().seal();
      await app.db.knex('audit_entries').insert(late);
      for (let time = 0; time < 3; time += 1) {
        await log.sealer().seal();
      }
      const { found, sealed, unsealed } = await log.verify();
      assert.deepEqual(
        { found, sealed, unsealed },
        app.db.engine.supportsSharing
          ? { found: 0, sealed: 90, unsealed: 0 }
          : { found: late.length, sealed: 85, unsealed: 0 },
      );
    });

    it('keeps seals verifiable when the key is rotated', async () => {
      const [old, fresh] = [randomBytes(32), randomBytes(32)];
      const log = new SealedLog(app.db, [old]);
      await log.add(23);
      await log.sealer().seal();
      await log.sealer([fresh, old]).seal();
      await log.add(10, { at: 9000 });
      await log.sealer([fresh, old]).seal();
      await app.db.knex('audit_seals').where({ number: 2 }).update({ mac: 'x' });
      await renewSeals(app.db, new SealKeys([fresh, old]));
      const { findings } = await log.verify(app.db.knex, [], [fresh]);
      assert.deepEqual(findings, [{ kind: 'key-missing', number: 2 }], 'a forged seal stays one');
      const { found } = await log.verify(app.db.knex, [], [fresh, old]);
      assert.equal(found, 1);
    });

    it('drops what is older than asked, and leaves a sealed mark', async () => {
      const log = new SealedLog(app.db);
      await log.add(50);
      await log.sealer().seal();
      const noted = log.headFile.read();
      await log.dropping().drop(1033);
      assert.equal(await count('audit_entries'), 20, 'whole seals only');
      const { found, dropped, sealed } = await log.verify();
      assert.deepEqual({ found, dropped, sealed }, { found: 0, dropped: 30, sealed: 20 });
      assert.deepEqual(await unlistedIn(app.db.knex), []);
      await log.add(7);
      await log.sealer().seal();
      await log.dropping().drop(Date.now());
      await log.sealer().seal();
      const all = await log.verify(app.db.knex, noted ? [noted] : []);
      assert.deepEqual([all.found, all.dropped, all.sealed], [0, 57, 0]);
      assert.equal(await count('audit_acts'), 0);
      assert.equal(await count('audit_entries_search'), 0, 'nor does the search keep their names');
      await log.add(3);
      await log.sealer().seal();
      assert.equal((await log.verify()).found, 0);
      await app.db.knex('audit_dropped').update({ entries: 2 });
      assert.deepEqual(
        (await log.verify()).findings.map(({ kind }) => kind),
        ['mark-changed'],
      );
    });

    it('deletes a part of an act, and still shows and finds the rest', async () => {
      const log = new SealedLog(app.db);
      await log.add(12, { group_id: 'one', owner_id: 11, reseller_id: 7 });
      await log.sealer().seal();
      await log.dropping().drop(1006);
      const { auditTable } = app.features;
      for (const scope of [{ kind: 'all' }, { kind: 'owner', accountId: 11 }] as const) {
        const { rows } = await new TableQuery(app.db, auditTable).page({
          scope,
          state: parseTableState(auditTable, { q: 'd11.example' }),
        });
        assert.deepEqual(
          rows.map(({ entries, subject }) => [entries, subject]),
          [[7, 'd5.example']],
        );
      }
    });

    it('reports a line of the list that hides entries', async () => {
      const log = new SealedLog(app.db);
      await log.add(8);
      assert.deepEqual(await unlistedIn(app.db.knex), []);
      const [one, other] = await app.db.knex('audit_acts').where({ owner_id: 0, reseller_id: 0 });
      await app.db.knex('audit_acts').where({ id: one.id }).delete();
      await app.db.knex('audit_acts').where({ id: other.id }).update({ entries: 1 });
      assert.deepEqual(
        (await unlistedIn(app.db.knex)).map(({ first_id }) => first_id).toSorted(byNumber),
        [one.first_id, other.first_id].toSorted(byNumber),
      );
    });

    it(`holds after processes were killed at ${kills} random moments`, async () => {
      const log = new SealedLog(app.db);
      const folder = temporaryFolder('sealing');
      const [key] = log.keys;
      const script = join(programFolder, 'test/features/audit/seals/sealing-process.ts');
      const args = [JSON.stringify(app.db.location), key.toString('base64'), folder];
      const start = (): ChildProcess =>
        spawn(process.execPath, ['--import', 'tsx', script, ...args], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
      for (let kill = 0; kill < kills; kill += 2) {
        const children = [start(), start()];
        await Promise.all(
          children.map(async (child) => await once(child.stdout as NodeJS.ReadableStream, 'data')),
        );
        await sleep(randomInt(longestLifeMs));
        for (const child of children) {
          child.kill('SIGKILL');
          await once(child, 'close');
        }
        const keys = new SealKeys([key]);
        const headFile = new HeadFile(folder);
        const seen = [headFile.read()].filter((head) => head !== undefined);
        const before = await new Verifying({ db: app.db, keys, now }).run(seen);
        assert.deepEqual(before.findings, []);
        await new Sealer({ db: app.db, keys, headFile, now, size: 5 }).seal();
        const after = await new Verifying({ db: app.db, keys, now }).run(seen);
        assert.deepEqual([after.found, after.unsealed], [0, 0]);
        assert.equal(after.sealed, await count('audit_entries'));
        assert.deepEqual(await unlistedIn(app.db.knex), []);
      }
      assert.ok((await count('audit_entries')) > 0);
    });
  });
}

describe('relais audit verify', () => {
  const app = useTestApp();

  it('says whether the log is whole, and what is wrong', async () => {
    const { dataFolder } = app.config;
    const verify = (...args: readonly string[]) => relais(dataFolder, 'audit', 'verify', ...args);
    await addEntries(
      app.db,
      Array.from({ length: 7 }, (_none, at) => ({ at, subject: `d${at}.example` })),
    );
    assert.match((await verify()).out, /^The log is intact: 0 sealed entries\.\nNot sealed yet: 7/);
    await app.features.sealing.keep();
    const whole = await verify();
    assert.equal(whole.code, 0);
    const [, head = ''] =
      /^The log is intact: 7 sealed entries\.\nHead: (1:[0-9a-f]{64})\n$/.exec(whole.out) ?? [];
    assert.equal((await verify('--head', head)).code, 0);
    assert.match((await verify('--head', 'x')).errors, /--head takes/);

    await app.db.knex('audit_entries').where({ id: 3 }).update({ subject: 'x' });
    await app.db.knex('audit_entries').where({ id: 5 }).delete();
    const found = await verify();
    assert.equal(found.code, 1);
    assert.match(found.out, /^Entry 3 was edited\.\nEntry 5 was removed\.\n/);
    assert.match((await verify('--accept')).out, /Entry 3 was edited/);
    assert.deepEqual(JSON.parse((await verify('--json')).out).findings, [
      { kind: 'edited', number: 3 },
      { kind: 'removed', number: 5 },
    ]);

    await app.db.knex('audit_entries').delete();
    await app.db.knex('audit_seals').delete();
    await app.db.knex('audit_acts').delete();
    assert.match(
      (await verify()).out,
      /^The end of the log is missing: this machine saw seals 1 to 1/,
    );
    assert.equal((await verify('--accept')).code, 0, 'after a restore');
    assert.equal((await verify()).code, 0);
  });

  it('holds after relais key has rotated the key', async () => {
    const { dataFolder } = app.config;
    await addEntries(app.db, [{ subject: 'rotated.example' }]);
    await app.features.sealing.keep();
    assert.equal((await relais(dataFolder, 'key', 'add')).code, 0);
    assert.equal((await relais(dataFolder, 'key', 'finish')).code, 0);
    assert.match((await relais(dataFolder, 'audit', 'verify')).out, /^The log is intact: 1 sealed/);
  });
});

describe('relais audit verify, with days in the settings', () => {
  const app = useTestApp();

  it('passes after the days of the setting are over', async () => {
    const { dataFolder } = app.config;
    await app.features.settings.change(app.operator, { 'activity-days': ['30'] });
    await app.features.sealing.keep();
    assert.equal((await app.db.knex('audit_entries')).length, 1, 'nothing is that old');
    const keys = SealKeys.in(dataFolder);
    const later = new Keeping({
      sealer: new Sealer({ db: app.db, keys, headFile: new HeadFile(dataFolder), now: monthLater }),
      dropping: new Dropping({ db: app.db, keys }),
      settings: app.features.settings,
      now: monthLater,
    });
    await later.keep();
    assert.equal((await app.db.knex('audit_entries')).length, 0);
    const { out } = await relais(dataFolder, 'audit', 'verify');
    assert.match(
      out,
      /^The log is intact: 0 sealed entries\.\nDeleted at the end of its retention period: 1/,
    );
  });
});
