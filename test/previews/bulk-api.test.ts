import assert from 'node:assert/strict';
import type Joi from 'joi';
import { bulkJob, bulkOutcomes, bulkPlan } from '../../plugin/features/previews/bulk-schemas.js';
import { engines } from '../support/app.js';
import { addAccount, addDomain, viewerOf } from '../support/fixtures.js';
import { useServedScene } from '../support/served-app.js';
import { Scene } from '../features/mailboxes/scene.js';
import { BulkProgram } from './bulk-program.js';

const off = { action: 'domains.settings', set: { mailEnabled: 'off' } };

for (const engine of engines) {
  describe(`the API for many rows on ${engine}`, () => {
    const { scene, web } = useServedScene(() => Scene.open(engine));
    let program: BulkProgram;

    before(async () => {
      program = await BulkProgram.of(scene.app, web, scene.marie);
    });
    beforeEach(async () => {
      const { knex } = scene.app.db;
      await knex('domains').update({
        mail_enabled: 1,
        unknown_policy: 'reject',
        reject_text: null,
      });
      await knex('rate_limits').delete();
    });

    const enabled = async (): Promise<readonly number[]> =>
      await scene.app.db.knex('domains').orderBy('id').pluck('mail_enabled');
    const idOf = async (name: string): Promise<number> => {
      const row = await scene.app.db.knex('domains').where({ name }).first('id');
      return Number(row.id);
    };
    const drain = () => scene.app.features.jobWorker.drain();

    it('answers a dry run with the plan, and changes nothing', async () => {
      await scene.app.features.domainMail.change(scene.marie, 'marie.example', {
        settings: { enabled: false },
      });
      const { status, json } = await program.post({
        ...off,
        where: ['suspended=no'],
        dry_run: true,
      });
      assert.equal(status, 200);
      assertValid(bulkPlan, json);
      assert.deepEqual(json.counts, { 'will-change': 1, 'already-so': 1, refused: 0 });
      assert.deepEqual(
        json.rows.map(({ name, group, before, after }) => [name, group, before, after]),
        [
          ['marie.example', 'already-so', null, null],
          ['bücher.example', 'will-change', { mailEnabled: true }, { mailEnabled: false }],
        ].map(([name, group, ...change]) => [name, group, ...change]),
      );
      assert.deepEqual(await enabled(), [0, 1, 1]);
    });

    it('pages through a plan, and through one group of it', async () => {
      const { json } = await program.post({ ...off, where: ['mail=on'], dry_run: true });
      const first = await program.get(`/api/v1/bulk/${json.id}?limit=1`);
      assert.equal(first.json.rows.length, 1);
      const second = await program.get(first.json.next ?? '');
      assert.deepEqual(
        [...first.json.rows, ...second.json.rows].map(({ name }) => name),
        ['marie.example', 'bücher.example'],
      );
      assert.equal(second.json.next, null);
      const none = await program.get(`/api/v1/bulk/${json.id}?only=refused`);
      assert.deepEqual(none.json.rows, []);
      for (const query of ['limit=0', 'limit=1001', 'after=x', 'only=all']) {
        assert.equal((await program.get(`/api/v1/bulk/${json.id}?${query}`)).status, 422, query);
      }
    });

    it('applies a plan as a job, whose outcomes can be read', async () => {
      const plan = await program.post({ ...off, where: ['mail=on'], dry_run: true });
      await scene.app.features.domainMail.change(scene.marie, 'marie.example', {
        settings: { unknown: { policy: 'reject', text: 'Gone.' } },
      });
      const { status, headers, json } = await program.post({ preview: plan.json.id });
      assert.equal(status, 202);
      assertValid(bulkJob, json);
      const path = `/api/v1/jobs/${json.id}`;
      assert.equal(headers.get('location'), path);
      assert.deepEqual([json.state, json.done, json.total], ['queued', 0, 2]);
      const again = await program.post({ preview: plan.json.id });
      assert.deepEqual([again.status, again.json.id], [202, json.id]);
      await drain();
      const ended = await program.get(path);
      assertValid(bulkJob, ended.json);
      assert.deepEqual([ended.json.state, ended.json.done], ['done', 2]);
      assert.deepEqual(ended.json.counts, {
        changed: 1,
        'already-so': 0,
        'not-allowed': 0,
        meanwhile: 1,
        failed: 0,
      });
      const outcomes = await program.get(ended.json.outcomes);
      assertValid(bulkOutcomes, outcomes.json);
      assert.deepEqual(
        outcomes.json.rows.map(({ name, outcome, changedBy }) => [name, outcome, changedBy?.actor]),
        [
          ['marie.example', 'meanwhile', 'marie'],
          ['bücher.example', 'changed', undefined],
        ],
      );
      const changed = await program.get(`${ended.json.outcomes}?only=changed`);
      assert.deepEqual(
        changed.json.rows.map(({ name }) => name),
        ['bücher.example'],
      );
      assert.deepEqual(await enabled(), [1, 0, 1]);
    });

    it('carries out a change of rows by their IDs, and never of others’', async () => {
      const ids = [await idOf('paul.example'), await idOf('marie.example')];
      const { status } = await program.post({ ...off, ids });
      assert.equal(status, 202);
      await drain();
      assert.deepEqual(await enabled(), [0, 1, 1]);
      const audited = await scene.app.db
        .knex('audit_entries')
        .where({ action: 'domain-mail.changed' })
        .orderBy('id', 'desc')
        .first();
      assert.deepEqual([audited.actor, audited.origin], ['marie', '127.0.0.1']);
    });

    it('repeats no request under the same key', async () => {
      const asked = { ...off, where: ['mail=on'], dry_run: true };
      const [one, other] = await Promise.all([
        program.post(asked, '"first"'),
        program.post(asked, 'first'),
      ]);
      assert.equal(one.json.id, other.json.id);
      const applied = { preview: one.json.id };
      const reused = await program.post(applied, 'first');
      assert.deepEqual([reused.status, reused.json.code], [422, 'errors.idempotency-key-reused']);
      const job = await program.post(applied, 'second');
      assert.equal((await program.post(applied, 'second')).json.id, job.json.id);
      assert.equal((await program.post(asked, 'second')).status, 422);
      const direct = { ...off, set: { mailEnabled: 'on' }, where: ['suspended=no'] };
      const jobs = [await program.post(direct, 'third'), await program.post(direct, 'third')];
      assert.equal(jobs[0]?.json.id, jobs[1]?.json.id);
      await drain();
    });

    const refusals: readonly (readonly [object, pointer: string, code: string])[] = [
      [{ set: {} }, '#', 'previews.errors.request'],
      [{ ...off }, '#', 'previews.errors.request'],
      [{ ...off, ids: [1], where: ['mail=on'] }, '#', 'previews.errors.request'],
      [{ preview: 1, dry_run: true }, '#', 'previews.errors.request'],
      [{ preview: 1, ids: [1] }, '#', 'previews.errors.request'],
      [{ ...off, ids: [] }, '#/ids', 'errors.field.array.min'],
      [{ ...off, ids: [1, 1] }, '#/ids/1', 'errors.field.array.unique'],
      [{ ...off, ids: ['1'] }, '#/ids/0', 'errors.field.number.base'],
      [{ ...off, where: [] }, '#/where', 'errors.field.array.min'],
      [{ ...off, where: ['mail=on', 'nothing=1'] }, '#/where/1', 'previews.errors.condition'],
      [{ ...off, where: ['mail=maybe'] }, '#/where/0', 'previews.errors.condition'],
      [{ ...off, where: ['mail=on', 'mail=off'] }, '#/where/1', 'previews.errors.condition'],
      [{ ...off, where: ['relay=none such'] }, '#/where/0', 'smtp-servers.not-found.smtp-servers'],
      // Filters by what the viewer may not pick do not exist for them.
      [{ ...off, where: ['plan=Everything'] }, '#/where/0', 'previews.errors.condition'],
      [{ ...off, ids: [1], action: 'domains.nothing' }, '#/action', 'previews.errors.action'],
      [{ ...off, ids: [1], set: { mailEnabled: 1 } }, '#', 'previews.errors.set'],
      [{ ...off, ids: [1], set: { nothing: 'x' } }, '#/set/nothing', 'previews.errors.field'],
      [{ ...off, ids: [1], set: {} }, '#/set/mailEnabled', 'domain-mail.rows.nothing'],
      [
        { ...off, ids: [1], set: { mailEnabled: 'x' } },
        '#/set/mailEnabled',
        'errors.field.any.only',
      ],
      // What belongs to a choice that is not made.
      ...(
        [
          [{ relay: 'Office' }, 'outgoing'],
          [{ limitPerHour: '5' }, 'limit'],
          [{ mailEnabled: 'on', bounceText: 'Gone.' }, 'policy'],
        ] as const
      ).map(
        ([set, choice]) =>
          [{ ...off, ids: [1], set }, `#/set/${choice}`, 'errors.field.any.required'] as const,
      ),
      [
        { ...off, ids: [1], set: { policy: 'forward', forwardTo: 'x' } },
        '#/set/forwardTo',
        'errors.address.no-at',
      ],
      [
        { ...off, ids: [1], set: { policy: 'bounce', bounceText: 'x'.repeat(20_000) } },
        '#/set/bounceText',
        'errors.field.string.max',
      ],
      [{ ...off, ids: [1], unknown: 1 }, '#/unknown', 'errors.field.object.unknown'],
    ];
    it('names what is wrong with a request by its place in the body', async () => {
      const before = await scene.app.db.knex('previews').pluck('id');
      for (const [sent, pointer, code] of refusals) {
        const { status, json } = await program.post(sent);
        assert.equal(status, 422, JSON.stringify(sent).slice(0, 200));
        const [error] = json.errors ?? [];
        assert.deepEqual([error?.pointer, error?.code], [pointer, code], JSON.stringify(json));
      }
      assert.deepEqual(await scene.app.db.knex('previews').pluck('id'), before);
      assert.equal((await program.post('no JSON')).status, 400);
    });

    it('requires the scope of the action, also to read and to apply', async () => {
      const sees = await BulkProgram.of(scene.app, web, scene.marie, ['messages.view']);
      const refused = await sees.post({ ...off, ids: [1], dry_run: true });
      assert.deepEqual([refused.status, refused.json.code], [403, 'errors.not-in-scope']);
      const { json } = await program.post({ ...off, where: ['mail=on'], dry_run: true });
      const { json: job } = await program.post({ ...off, where: ['mail=on'] });
      assert.equal((await sees.get(`/api/v1/bulk/${json.id}`)).status, 403);
      assert.equal((await sees.post({ preview: json.id })).status, 403);
      assert.equal((await sees.get(`/api/v1/jobs/${job.id}`)).status, 403);
      await drain();
    });

    it('shows plans and jobs to nobody else', async () => {
      const pauls = await BulkProgram.of(scene.app, web, scene.paul);
      const { json } = await program.post({ ...off, where: ['mail=on'], dry_run: true });
      const { json: job } = await program.post({ ...off, where: ['mail=on'] });
      assert.equal((await pauls.get(`/api/v1/bulk/${json.id}`)).status, 404);
      assert.equal((await pauls.post({ preview: json.id })).status, 404);
      assert.equal((await pauls.get(`/api/v1/jobs/${job.id}`)).status, 404);
      assert.equal((await pauls.get(`/api/v1/jobs/${job.id}/outcomes`)).status, 404);
      await drain();
      assert.deepEqual(await enabled(), [0, 0, 1]);
    });

    it('lets a reseller change its customers’ domains, and only theirs', async () => {
      const reseller = await addAccount(scene.app, 'acme', { role: 'reseller' });
      await addAccount(scene.app, 'nina', { parentId: reseller });
      await addDomain(scene.app, 'nina.example', 'nina');
      const acmes = await BulkProgram.of(scene.app, web, await viewerOf(scene.app, reseller));
      const { json } = await acmes.post({ ...off, where: ['suspended=no'], dry_run: true });
      assert.deepEqual(
        json.rows.map(({ name }) => name),
        ['nina.example'],
      );
      const none = await acmes.post({ ...off, where: ['owner=marie'], dry_run: true });
      assert.deepEqual([none.status, none.json.errors?.[0]?.pointer], [422, '#/where/0']);
    });

    it('does not apply a plan that is too old, or that the page has applied', async () => {
      const { json } = await program.post({ ...off, where: ['mail=on'], dry_run: true });
      await scene.app.features.previews.apply(scene.marie, json.id);
      const applied = await program.post({ preview: json.id });
      assert.deepEqual([applied.status, applied.json.code], [409, 'previews.errors.applied']);
      const old = await program.post({ ...off, where: ['suspended=no'], dry_run: true });
      await scene.app.db.knex('previews').update({ expires_at: 1 });
      const { status, json: problem } = await program.post({ preview: old.json.id });
      assert.deepEqual([status, problem.code], [409, 'previews.errors.expired']);
    });

    it('counts requests, also refused ones', async () => {
      await scene.app.db.knex('rate_limits').delete();
      const answers = await Promise.all(
        Array.from({ length: 121 }, () => program.post({ action: 'none' })),
      );
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([422, 429]));
      assert.equal(answers.filter(({ status }) => status === 429).length, 1);
    });
  });
}

function assertValid(schema: Joi.ObjectSchema, json: object): void {
  assert.equal(schema.validate(json, { convert: false }).error, undefined);
}
