import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { followChanges } from '../../plugin/mail-server/follow-changes.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { previewOf } from '../previews/scene.js';
import { engines } from '../support/app.js';
import type { Child } from '../support/child.js';
import { viewerOf } from '../support/fixtures.js';
import { KillableMariadb } from '../support/mariadb.js';
import { until } from '../support/processes.js';
import { useOpened } from '../support/opened.js';
import { JobScene } from './counting.js';
import { KilledProcesses } from './killing.js';
import { type KilledRole, assertKept, startKilled } from './whole.js';

const domains = 400;
const kills = Number(process.env['RELAIS_KILLS'] ?? 3);
const longestLifeMs = 1500;

/** Marie's domains, and bulk changes of all of them by herself and by her reseller, at the same time. */
class BulkScene {
  readonly jobs: JobScene;
  readonly north: Viewer;
  #count = 0;

  constructor(jobs: JobScene, north: Viewer) {
    this.jobs = jobs;
    this.north = north;
  }

  static async open(...given: Parameters<typeof JobScene.open>): Promise<BulkScene> {
    const jobs = await JobScene.open(...given);
    const rows = Array.from({ length: domains }, (_none, n) => ({
      name: `d${n}.example`,
      at_name: `@d${n}.example`,
      postmaster_address: `postmaster@d${n}.example`,
      sort_name: `d${n}.example`,
      owner_id: jobs.marie.accountId,
      reseller_id: jobs.north,
      created_at: 0,
      search_text: `d${n}.example`,
    }));
    await jobs.app.db.knex.batchInsert('domains', rows, 100);
    await jobs.app.maps.rebuild();
    return new BulkScene(jobs, await viewerOf(jobs.app, jobs.north));
  }

  /** Each previews before either is applied, so that a row goes to one of them. */
  async add(): Promise<void> {
    const { app, marie } = this.jobs;
    this.#count += 1;
    const previews = [];
    for (const viewer of [marie, this.north]) {
      const rejectText = `${viewer.login} ${this.#count}`;
      const wanted = { policy: { key: 'reject', texts: { rejectText } } };
      previews.push({ viewer, ...(await previewOf(app, viewer, 'settings', { wanted })) });
    }
    for (const { viewer, id } of previews) {
      await app.features.previews.start(viewer, id);
    }
  }

  start(role: KilledRole): Child {
    return startKilled(this.jobs.app, role);
  }

  async assertWhole(): Promise<void> {
    const { app } = this.jobs;
    const jobs = await app.db.knex('jobs').orderBy('id');
    for (const { state, done, total, result, group_id: group, id } of jobs) {
      assert.deepEqual([state, done], ['done', total]);
      const { changed, moved } = JSON.parse(result);
      assert.equal(changed + moved, domains, 'each row has one outcome');
      const outcomes = app.db
        .knex('preview_rows as r')
        .join('previews as p', 'p.id', 'r.preview_id');
      const taken: number[] = await outcomes
        .where({ 'p.job_id': id })
        .whereNull('r.outcome')
        .orderBy('r.row_id')
        .pluck('r.row_id');
      const recorded: number[] = await app.db
        .knex('audit_entries as e')
        .join('domains as d', 'd.name', 'e.subject')
        .where('e.group_id', group)
        .orderBy('d.id')
        .pluck('d.id');
      assert.equal(changed, taken.length);
      assert.deepEqual(recorded, taken, 'what is reported is recorded, once');
      const [act] = await app.db
        .knex('audit_acts')
        .where({ group_id: group, owner_id: 0, reseller_id: 0 })
        .select('entries');
      assert.equal(Number(act?.entries ?? 0), changed);
    }
    await this.#assertLast();
    await assertKept(app);
  }

  /** Each domain has a version for each of its entries, and the text of the last one. */
  async #assertLast(): Promise<void> {
    const { knex } = this.jobs.app.db;
    const rows = await knex('domains').orderBy('id').select('name', 'version', 'reject_text');
    const entries = await knex('audit_entries')
      .where({ action: 'domain-mail.changed' })
      .orderBy('id')
      .select('subject', 'after');
    for (const { name, version, reject_text: text } of rows) {
      const own = entries
        .filter(({ subject }) => subject === name)
        .map(({ after }) => JSON.parse(after));
      assert.deepEqual(
        own.map((after) => after.version),
        own.map((_after, at) => at + 2),
        name,
      );
      assert.deepEqual([version, text], [own.length + 1, own.at(-1)?.rejectText], name);
    }
  }

  async close(): Promise<void> {
    await this.jobs.close();
  }
}

for (const engine of engines) {
  for (const role of ['panel', 'worker'] as const) {
    describe(`bulk changes of the same domains, with a killed ${role}, on ${engine}`, () => {
      const scene = useOpened(() => BulkScene.open(engine));

      it('do each row once, and report what they did', async () => {
        const processes = new KilledProcesses(scene.jobs, () => scene.start(role));
        const { app } = scene.jobs;
        // Beside a worker, a panel goes on.
        const following =
          role === 'worker' ? followChanges(app.changes, app.maps.followEveryMs) : undefined;
        try {
          await processes.killOften(kills, () => scene.add(), domains);
        } finally {
          await processes.close();
          await following?.stop();
        }
        await app.changes.publish();
        await scene.assertWhole();
      });
    });
  }
}

if (engines.includes('mariadb')) {
  describe('bulk changes of the same domains, with a killed database', () => {
    let server: KillableMariadb;
    let scene: BulkScene;
    before(async () => {
      server = await KillableMariadb.open();
      const { url } = await server.createDatabase();
      scene = await BulkScene.open('sqlite', { RELAIS_DATABASE: url });
    });
    after(async () => {
      await scene.close();
      await server.stop();
    });

    it('do each row once, and report what they did', async () => {
      const processes = new KilledProcesses(scene.jobs, () => scene.start('panel'));
      const killIt = async (): Promise<void> => {
        for (let killed = 0; killed < kills; killed += 1) {
          const { left } = await processes.progress();
          if (left < domains) {
            await scene.add();
          }
          await sleep(Math.random() * longestLifeMs);
          await server.killAndRestart();
          await until(
            async () =>
              await scene.jobs.app.db.knex.raw('SELECT 1').then(
                () => true,
                () => false,
              ),
          );
        }
      };
      try {
        await processes.whileOneWorks(killIt);
      } finally {
        await processes.close();
      }
      await scene.assertWhole();
    });
  });
}
