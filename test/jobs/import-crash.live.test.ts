import assert from 'node:assert/strict';
import { startPreview } from '../../plugin/features/imports/index.js';
import { followChanges } from '../../plugin/mail-server/follow-changes.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { hashPassword } from '../../plugin/secrets/passwords.js';
import { engines } from '../support/app.js';
import { addDomain, viewerOf } from '../support/fixtures.js';
import { useOpened } from '../support/opened.js';
import { JobScene } from './counting.js';
import { KilledProcesses } from './killing.js';
import { type KilledRole, assertKept, startKilled } from './whole.js';

/** In each file; half of them are in another's as well. */
const lines = 160;
const kills = Number(process.env['RELAIS_KILLS'] ?? 3);
/** Their passwords are hashed; the others bring a hash. */
const hashed = 20;

interface Sent {
  readonly preview: number;
  readonly names: readonly string[];
}

/** Marie's domain, and files of mailboxes in it that she and her reseller import at the same time. */
class ImportScene {
  readonly jobs: JobScene;
  readonly #viewers: readonly Viewer[];
  readonly #hash: string;
  readonly #sent: Sent[] = [];

  constructor(jobs: JobScene, viewers: readonly Viewer[], hash: string) {
    this.jobs = jobs;
    this.#viewers = viewers;
    this.#hash = hash;
  }

  static async open(...given: Parameters<typeof JobScene.open>): Promise<ImportScene> {
    const jobs = await JobScene.open(...given);
    await addDomain(jobs.app, 'd.example', 'marie');
    await jobs.app.maps.rebuild();
    const north = await viewerOf(jobs.app, jobs.north);
    return new ImportScene(jobs, [jobs.marie, north], await hashPassword('nine small lamps'));
  }

  /** Nobody has looked at one of the files, so that its job decides about it first. */
  async add(): Promise<void> {
    const { previews } = this.jobs.app.features;
    const from = this.#sent.length * lines;
    for (const [at, viewer] of this.#viewers.entries()) {
      const names = Array.from(
        { length: lines },
        (_none, n) => `m${from + (at * lines) / 2 + n}@d.example`,
      );
      const preview = await this.#preview(viewer, names);
      if (at === 0) {
        await previews.whole(viewer, preview);
      }
      this.#sent.push({ preview, names });
    }
    for (const [at, viewer] of this.#viewers.entries()) {
      const { preview = 0 } = this.#sent.at(at - this.#viewers.length) ?? {};
      await previews.start(viewer, preview, at === 0 ? undefined : lines);
    }
  }

  async #preview(viewer: Viewer, names: readonly string[]): Promise<number> {
    const { features } = this.jobs.app;
    const rows = names.map((name, n) => `${name},${n < hashed ? '' : `"${this.#hash}"`}`);
    return await startPreview(features, viewer, await features.imports.kind('mailboxes'), {
      content: Buffer.from(['address,password', ...rows].join('\n')),
      options: { domain: undefined, changes: false, generates: true },
    });
  }

  start(role: KilledRole): ReturnType<typeof startKilled> {
    return startKilled(this.jobs.app, role);
  }

  async assertWhole(): Promise<void> {
    const { app } = this.jobs;
    for (const { preview, names } of this.#sent) {
      await this.#assertReported(preview, names);
    }
    const wanted = new Set(this.#sent.flatMap(({ names }) => names));
    const stored: readonly string[] = await app.db.knex('mailboxes').pluck('address');
    assert.deepEqual(stored.toSorted(), [...wanted].toSorted());
    const left = app.db.knex('import_lines as l').join('mailboxes as m', 'm.address', 'l.name');
    const unhashed = await left.where('m.password_hash', 'not like', '{ARGON2ID}%').pluck('l.id');
    assert.deepEqual(unhashed, []);
    await assertKept(app);
  }

  /** Each line has one outcome, and what is reported as new was recorded, once. */
  async #assertReported(preview: number, names: readonly string[]): Promise<void> {
    const { knex } = this.jobs.app.db;
    const applied = await knex('previews').where({ id: preview }).first('job_id');
    const job = await knex('jobs').where({ id: applied.job_id }).first();
    const { changed, unchanged, refused, moved } = JSON.parse(job.result);
    assert.deepEqual([job.state, job.done, job.total], ['done', lines, lines]);
    assert.equal(changed + unchanged + refused + moved, lines);
    const recorded: readonly string[] = await knex('audit_entries')
      .where({ group_id: job.group_id, action: 'mailbox.created' })
      .pluck('subject');
    assert.equal(recorded.length, changed);
    assert.equal(new Set(recorded).size, changed);
    assert.ok(recorded.every((name) => names.includes(name)));
    const added: readonly string[] = await knex('preview_rows as r')
      .join('preview_classes as c', (on) =>
        on.on('c.preview_id', 'r.preview_id').andOn('c.number', 'r.class'),
      )
      .where({ 'r.preview_id': preview, 'c.kind': 'will-change' })
      .whereNull('r.outcome')
      .pluck('r.name');
    assert.deepEqual(added.toSorted(), recorded.toSorted());
  }

  async close(): Promise<void> {
    await this.jobs.close();
  }
}

for (const engine of engines) {
  for (const role of ['panel', 'worker'] as const) {
    describe(`imports of the same mailboxes, with a killed ${role}, on ${engine}`, () => {
      const scene = useOpened(() => ImportScene.open(engine));

      it('create each mailbox once, and report what they did', async () => {
        const processes = new KilledProcesses(scene.jobs, () => scene.start(role));
        const { app } = scene.jobs;
        // Beside a worker, a panel goes on.
        const following =
          role === 'worker' ? followChanges(app.changes, app.maps.followEveryMs) : undefined;
        try {
          await processes.killOften(kills, () => scene.add(), lines);
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
