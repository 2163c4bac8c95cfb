import assert from 'node:assert/strict';
import { join } from 'node:path';
import { agreed } from '../../../plugin/changes/decision.js';
import { ServerRemoval } from '../../../plugin/features/smtp-servers/removal.js';
import { programFolder } from '../../../plugin/runtime/paths.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { JobScene } from '../../jobs/counting.js';
import { KilledProcesses } from '../../jobs/killing.js';
import { addManyServers } from '../../jobs/many-servers.js';
import { engines } from '../../support/app.js';
import { Child } from '../../support/child.js';
import { useOpened } from '../../support/opened.js';

const kills = 50;
/** Of each owner. */
const rowsAtOnce = 150;
/** So that a process is killed between its chunks as well as in them. */
const chunk = 10;

const loaded = [
  'changes/changes',
  'database/database',
  'features/removed/actions',
  'features/removed/table',
  'features/smtp-servers/removed-servers',
  'features/smtp-servers/store',
  'jobs/create',
  'panel/directory/account-store',
  'previews/job-kind',
  'previews/previews',
  'removals/erasure',
  'removals/restoration',
];

/** A process that restores and erases as the panel's thread does. */
const script = `
  const [given, ...urls] = process.argv.slice(1);
  const modules = await Promise.all(urls.map((url) => import(url)));
  const {
    AccountStore, Changes, Erasure, Previews, Restoration, SmtpServerStore, createJobs, erasureAction, openDatabase,
    previewJob, removedServers, removedTable: table, restorationAction,
  } = Object.assign({}, ...modules);
  const { location, viewers, sizes } = JSON.parse(given);
  const db = openDatabase(location);
  const kinds = async () => [
    removedServers({
      accounts: new AccountStore(db),
      smtpServers: { async rulesFor() {} },
      store: new SmtpServerStore(db),
    }),
  ];
  const actions = [restorationAction(new Restoration(db.knex, kinds)), erasureAction(new Erasure(kinds))];
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
  describe(`restorations and erasures in killed processes, on ${engine}`, () => {
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

    /** Removes servers with a logo each, and asks for their restoration, or for their erasure. */
    const ask = async (owner: Viewer, key: 'restore' | 'erase'): Promise<readonly number[]> => {
      const { app } = scene;
      const { previews, actionsOnRemoved } = app.features;
      const ids = await addManyServers(app, owner, rowsAtOnce);
      await app.db
        .knex('smtp_server_logos')
        .insert(
          ids.map((id) => ({ server_id: id, type: 'image/png', content: Buffer.from([0, 255]) })),
        );
      const verb = new ServerRemoval(app.features.smtpServerStore);
      const asked = { viewer: owner, wanted: undefined, facts: undefined };
      await app.changes.make(owner, async (changing) => {
        const found = await verb.read(changing.tx, asked, ids);
        await verb.together.write(
          changing,
          found.map((server) => agreed(verb.decide(owner, server))),
        );
      });
      const { table, actions } = actionsOnRemoved;
      const action = actions.find((each) => each.key === key);
      assert.ok(action !== undefined);
      const removals = await app.db
        .knex('removals')
        .whereIn('thing_id', [...ids])
        .orderBy('id')
        .pluck('id');
      const selection = { kind: 'rows', ids: removals } as const;
      const asking = { wanted: undefined, selection, list: '/removed' };
      const preview = await previews.create(owner, { table, action }, asking);
      await previews.whole(owner, preview);
      await previews.start(owner, preview);
      return ids;
    };
    const recorded = async (action: string): Promise<readonly number[]> => {
      const rows: readonly { json: string }[] = await scene.app.db
        .knex('audit_entries')
        .where({ action })
        .select(scene.app.db.knex.raw('COALESCE(??, ??) AS json', ['after', 'before']));
      return rows.map(({ json }) => Number(JSON.parse(json).id)).toSorted(upwards);
    };

    it(`repeat nothing, skip nothing and leave nothing half, killed ${kills} times at random moments`, async () => {
      const { app, marie, paul } = scene;
      const { knex } = app.db;
      // Their resellers would be held to a default otherwise.
      const { plan_id: plan } = await knex('accounts').where({ login: 'marie' }).first('plan_id');
      await knex('accounts').whereIn('login', ['north', 'south']).update({ plan_id: plan });
      await knex('plans').update({ max_smtp_servers: 100_000 });
      const restored: number[] = [];
      const erased: number[] = [];
      const add = async (): Promise<void> => {
        await assertWhole();
        restored.push(...(await ask(marie, 'restore')));
        erased.push(...(await ask(paul, 'erase')));
      };
      /** Each is there with its parts, or is kept with them. */
      const assertWhole = async (): Promise<void> => {
        await app.db.transaction(async (tx) => {
          const there: readonly number[] = await tx('smtp_servers').orderBy('id').pluck('id');
          const logos = await tx('smtp_server_logos').orderBy('server_id').pluck('server_id');
          const removed = await tx('removals').pluck('thing_id');
          const kept = await tx('removal_rows')
            .orderBy('removal_id')
            .select('removal_id', 'table_name');
          assert.deepEqual(logos, there);
          assert.deepEqual(
            there.filter((id) => removed.includes(id)),
            [],
          );
          assert.equal(kept.length, removed.length * 2);
        });
      };
      await add();
      await processes.killOften(kills, add, chunk * 4);
      await assertWhole();
      assert.deepEqual(await recorded('smtp-server.restored'), restored.toSorted(upwards));
      assert.deepEqual(await recorded('smtp-server.erased'), erased.toSorted(upwards));
      assert.deepEqual(
        await knex('smtp_servers').orderBy('id').pluck('id'),
        restored.toSorted(upwards),
      );
      for (const table of ['removals', 'removal_rows']) {
        assert.equal((await knex(table)).length, 0, table);
      }
      const jobs = await knex('jobs').select('done', 'total', 'result');
      assert.ok(jobs.every(({ done, total }) => done === total));
      assert.equal(
        jobs.reduce((sum, { result }) => sum + Number(JSON.parse(result).changed), 0),
        restored.length + erased.length,
      );
    });
  });
}

function upwards(a: number, b: number): number {
  return a - b;
}
