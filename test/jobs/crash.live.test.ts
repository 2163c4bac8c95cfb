import assert from 'node:assert/strict';
import { join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';
import { addDomain } from '../support/fixtures.js';
import { engines } from '../support/app.js';
import { Child } from '../support/child.js';
import { useOpened } from '../support/opened.js';
import { JobScene } from './counting.js';
import { KilledProcesses } from './killing.js';
import { addManyServers, startRemoval, startRemovalUpTo } from './many-servers.js';

const kills = 50;
const rowsAtOnce = 1500;
/** So that a process is killed between its chunks as well as in them. */
const chunk = 100;

/** What the script below loads, from the compiled program. */
const loaded = [
  'changes/changes',
  'database/database',
  'features/smtp-servers/removal',
  'features/smtp-servers/store',
  'features/smtp-servers/table',
  'jobs/create',
  'previews/job-kind',
  'previews/previews',
];

/**
 * A process that runs the jobs of these tests as the panel's thread does, on command; it reports when it is ready. It
 * loads nothing else, since it is started for each kill.
 */
const script = `
  const [given, ...urls] = process.argv.slice(1);
  const modules = await Promise.all(urls.map((url) => import(url)));
  const {
    Changes, Previews, ServerRemoval, SmtpServerStore, createJobs, openDatabase, previewJob, removalAction,
    smtpServerTable: table,
  } = Object.assign({}, ...modules);
  const { location, viewers, sizes } = JSON.parse(given);
  const db = openDatabase(location);
  const actions = [removalAction(new ServerRemoval(new SmtpServerStore(db)))];
  const changes = new Changes({ db, maps: { async note() {}, async copyChanges() {} }, onUnpublished: console.error });
  const { jobWorker, jobs } = createJobs({
    db,
    changes,
    kinds: async () => [previewJob(previews)],
    async viewerOf({ ownerId }) {
      const viewer = viewers.find(({ accountId }) => accountId === ownerId);
      return { ...viewer, permissions: new Set(viewer.permissions) };
    },
    log: { error: console.error, warn: console.error },
  });
  const previews = new Previews({ db, changes, jobs, sizes, offered: async () => [{ table, actions }] });
  process.stdout.write('ready');
  await new Promise((resolve) => process.stdin.once('data', resolve));
  for (;;) {
    await jobWorker.drain();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
`;

for (const engine of engines) {
  describe(`jobs in killed processes, on ${engine}`, () => {
    const scene = useOpened(() => JobScene.open(engine));
    let processes: KilledProcesses;
    before(() => {
      processes = new KilledProcesses(scene, start);
    });
    after(() => processes.close());

    function start(): Child {
      const modules = loaded.map((name) => join(programFolder, `dist/plugin/${name}.js`));
      const viewers = [scene.marie, scene.paul].map((viewer) => ({
        ...viewer,
        permissions: [...viewer.permissions],
      }));
      const sizes = { atOnce: chunk, mixed: chunk, oneByOne: chunk };
      const given = JSON.stringify({ location: scene.app.config.database, viewers, sizes });
      const args = ['--input-type=module', '--eval', script, given, ...modules];
      return new Child(process.execPath, args);
    }

    const jobs = () => scene.app.db.knex('jobs').orderBy('id');

    it(`repeat nothing and skip nothing, killed ${kills} times at random moments`, async () => {
      const { app, marie, paul } = scene;
      await addDomain(app, 'marie.example', 'marie');
      const asked: number[] = [];
      const kept: number[] = [];
      const add = async (): Promise<void> => {
        const ids = await addManyServers(app, marie, rowsAtOnce);
        await startRemoval(app, marie, ids);
        const others = await addManyServers(app, paul, rowsAtOnce);
        await startRemovalUpTo(app, paul, others.at(-1) ?? 0);
        asked.push(...ids, ...others);
      };
      await add();
      const [relay = 0] = asked.slice(rowsAtOnce / 2);
      kept.push(relay);
      await app.db.knex('domains').update({ relay_id: relay });

      await processes.killOften(kills, add);

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
