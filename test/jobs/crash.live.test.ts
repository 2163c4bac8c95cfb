import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programFolder } from '../../plugin/runtime/paths.js';
import { addDomain } from '../support/fixtures.js';
import { engines } from '../support/app.js';
import { until } from '../support/processes.js';
import { JobScene } from './counting.js';
import { addManyServers, startRemoval, startRemovalUpTo } from './many-servers.js';

const kills = 50;
const longestLifeMs = 300;
const rowsAtOnce = 1500;
const leastLeft = 1000;

/** What the script below loads, from the compiled program. */
const loaded = [
  'app',
  'config',
  'features/jobs/feature',
  'panel/standalone/registrations',
  'panel/standalone/standalone-panel',
];

/** A process that runs jobs as the panel's thread does, without the other features, on command; it reports when it is ready. */
const script = `
  const modules = await Promise.all(process.argv.slice(1).map((module) => import(module)));
  const { openInstallation, readConfig, jobs, standaloneModule, StandalonePanel } = Object.assign({}, ...modules);
  const installation = await openInstallation(readConfig({}, process.env), standaloneModule);
  const panel = new StandalonePanel({ ...installation, sessionSecret: '', deviceSecret: '' });
  const { jobWorker } = await jobs.part({ ...installation, panel });
  process.stdout.write('ready');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  for (;;) {
    await jobWorker.drain();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
`;

for (const engine of engines) {
  describe(`jobs in killed processes, on ${engine}`, () => {
    let scene: JobScene;
    const started = new Set<ChildProcess>();
    before(async () => {
      scene = await JobScene.open(engine);
    });
    after(async () => {
      started.forEach((child) => child.kill('SIGKILL'));
      await scene.close();
    });

    /** A waiting process, so that the next one starts while this one works. */
    async function ready(): Promise<ChildProcess> {
      const { database, dataFolder } = scene.app.config;
      const modules = loaded.map((name) => join(programFolder, `dist/plugin/${name}.js`));
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script, ...modules], {
        env: {
          PATH: process.env['PATH'],
          NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
          RELAIS_DATA: dataFolder,
          RELAIS_DATABASE: database.engine === 'sqlite' ? `sqlite:${database.file}` : database.url,
          RELAIS_LOG_LEVEL: 'warn',
        },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      started.add(child);
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      return child;
    }

    async function kill(child: ChildProcess): Promise<void> {
      assert.equal(child.exitCode, null, 'it was still at work');
      child.kill('SIGKILL');
      await once(child, 'close');
      started.delete(child);
    }

    const jobs = () => scene.app.db.knex('jobs').orderBy('id');
    async function progress(): Promise<{ done: number; left: number }> {
      const rows: { done: number; total: number }[] = await jobs().select('done', 'total');
      const sum = (of: (row: { done: number; total: number }) => number): number =>
        rows.reduce((total, row) => total + of(row), 0);
      const done = sum((row) => row.done);
      return { done, left: sum((row) => row.total) - done };
    }

    it(`repeat nothing and skip nothing, killed ${kills} times at random moments`, async () => {
      const { app, marie, paul } = scene;
      await addDomain(app, 'marie.example', 'marie');
      const asked: number[] = [];
      const kept: number[] = [];
      const add = async (): Promise<void> => {
        const ids = await addManyServers(app, marie, rowsAtOnce);
        await startRemoval(app, marie, ids);
        const others = await addManyServers(app, paul, rowsAtOnce);
        await startRemovalUpTo(app, paul, others.at(-1) ?? 0, rowsAtOnce);
        asked.push(...ids, ...others);
      };
      await add();
      const [relay = 0] = asked.slice(rowsAtOnce / 2);
      kept.push(relay);
      await app.db.knex('domains').update({ relay_id: relay });

      let next = ready();
      for (let killed = 0; killed < kills; killed += 1) {
        const child = await next;
        next = ready();
        await scene.endLeases();
        const { done, left } = await progress();
        if (left < leastLeft) {
          await add();
        }
        child.stdin?.write('go\n');
        await until(async () => (await progress()).done > done);
        await sleep(Math.random() * longestLifeMs);
        await kill(child);
      }

      await scene.endLeases();
      const last = await next;
      last.stdin?.write('go\n');
      await until(async () => (await jobs()).every(({ state }) => state === 'done'));
      await kill(last);

      const removed = asked.filter((id) => !kept.includes(id));
      const recorded: { before: string }[] = await app.db
        .knex('audit_entries')
        .where({ action: 'smtp-server.removed' })
        .orderBy('id');
      const recordedIds = recorded.map(({ before }) => Number(JSON.parse(before).id));
      assert.equal(recordedIds.length, new Set(recordedIds).size, 'nothing is done twice');
      assert.deepEqual(recordedIds.toSorted(upwards), removed.toSorted(upwards));
      assert.deepEqual(await app.db.knex('smtp_servers').pluck('id'), kept);

      const results = (await jobs()).map(({ done, total, result, attempts }) => ({
        isWhole: done === total,
        attempts,
        ...JSON.parse(result),
      }));
      assert.ok(results.every(({ isWhole }) => isWhole));
      assert.equal(
        results.reduce((sum, { changed }) => sum + changed, 0),
        removed.length,
      );
      assert.deepEqual(
        results.flatMap(({ refusals }) => refusals).map(({ subject }) => subject),
        [`Server ${rowsAtOnce / 2}`],
      );
    });
  });
}

function upwards(a: number, b: number): number {
  return a - b;
}
