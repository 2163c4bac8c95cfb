import assert from 'node:assert/strict';
import { once } from 'node:events';
import { generatedPasswords } from '../../plugin/features/imports/api.js';
import { bulkJob, bulkOutcomes, bulkPlan } from '../../plugin/features/previews/bulk-schemas.js';
import { mostFileBytes } from '../../plugin/imports/import-file.js';
import { hashPassword, passwordMatches } from '../../plugin/secrets/passwords.js';
import { Scene, goodPassword } from '../features/mailboxes/scene.js';
import { BulkProgram } from '../previews/bulk-program.js';
import { engines } from '../support/app.js';
import { useServedScene } from '../support/served-app.js';

const megabyte = 1024 ** 2;
const mailboxes = ['imports.use', 'mailboxes.manage'] as const;

for (const engine of engines) {
  describe(`files in the API on ${engine}`, () => {
    const { scene, web } = useServedScene(() => Scene.withBoxes(engine));
    let program: BulkProgram;

    before(async () => {
      program = await BulkProgram.of(scene.app, web, scene.marie, mailboxes);
    });
    beforeEach(async () => {
      const { knex } = scene.app.db;
      await knex('rate_limits').delete();
      await knex('mailboxes').where('address', 'like', 'new%').delete();
    });
    const drain = () => scene.app.features.jobWorker.drain();
    const added = async (): Promise<readonly string[]> =>
      await scene.app.db
        .knex('mailboxes')
        .where('address', 'like', 'new%')
        .orderBy('address')
        .pluck('address');

    it('are planned by a dry run, line by line, and applied as planned', async () => {
      const file = [
        'address;password;quota',
        `new1@marie.example;${goodPassword};`,
        `new2@marie.example;${goodPassword};plenty`,
        `new3@paul.example;short;`,
      ];
      const plan = await program.sendFile('mailboxes?dry_run=true', file);
      assert.equal(plan.status, 200);
      assert.ifError(bulkPlan.validate(plan.json).error);
      assert.deepEqual(plan.json.counts, { 'will-change': 1, 'already-so': 0, refused: 2 });
      assert.deepEqual(
        plan.json.rows.map(({ line, name, group, reasons }) => [
          line,
          name,
          group,
          ...reasons.map(({ field }) => field),
        ]),
        [
          [2, 'new1@marie.example', 'will-change'],
          [3, 'new2@marie.example', 'refused', 'quotaMegabytes'],
          [4, 'new3@paul.example', 'refused', 'address', 'password'],
        ],
      );
      assert.ok(!JSON.stringify(plan.json).includes('short'));
      assert.deepEqual(await added(), []);
      assert.equal((await program.get(`/api/v1/bulk/${plan.json.id}?only=refused`)).status, 200);

      const applied = await program.post({ preview: plan.json.id });
      assert.equal(applied.status, 202);
      await drain();
      const { json } = await program.get(`/api/v1/jobs/${applied.json.id}`);
      assert.ifError(bulkJob.validate(json).error);
      assert.deepEqual(
        [json.state, json.counts['changed'], json.counts['not-allowed']],
        ['done', 1, 2],
      );
      const { json: became } = await program.get(json.outcomes);
      assert.ifError(bulkOutcomes.validate(became).error);
      assert.deepEqual(
        became.rows.map(({ line, outcome }) => [line, outcome]),
        [
          [2, 'changed'],
          [3, 'not-allowed'],
          [4, 'not-allowed'],
        ],
      );
      assert.deepEqual(await added(), ['new1@marie.example']);
    });

    it('are imported at once without one, once under a key, with passwords to take', async () => {
      const path = 'mailboxes?generate=true&domain=marie.example';
      const first = await program.sendFile(path, ['address', 'new1', 'new2'], 'file-1');
      assert.equal(first.status, 202);
      assert.match(first.headers.get('location') ?? '', /\/api\/v1\/jobs\/\d+$/);
      const again = await program.sendFile(path, ['address', 'new1', 'new2'], 'file-1');
      assert.equal(again.json.id, first.json.id);
      for (const [other, lines] of [
        [path, ['address', 'new3']],
        ['mailboxes?domain=marie.example', ['address', 'new1', 'new2']],
      ] as const) {
        const { status, json } = await program.sendFile(other, lines, 'file-1');
        assert.deepEqual([status, json.code], [422, 'errors.idempotency-key-reused']);
      }
      await drain();
      assert.deepEqual(await added(), ['new1@marie.example', 'new2@marie.example']);
      const taken = await program.take(`/api/v1/imports/${first.json.preview}/passwords`);
      assert.ifError(generatedPasswords.validate(taken.json).error);
      const { passwords } = taken.json;
      assert.deepEqual(
        passwords.map(({ address }) => address),
        ['new1', 'new2'],
      );
      const row = await scene.mailboxRow('new2@marie.example');
      assert.ok(await passwordMatches(passwords[1]?.password ?? '', row?.password_hash));
      const { json } = await program.take(`/api/v1/imports/${first.json.preview}/passwords`);
      assert.deepEqual(json.passwords, []);
    });

    it('are refused as on pages, with the reason', async () => {
      for (const [path, lines, status, code] of [
        ['mailboxes', ['name', 'x'], 422, 'imports.errors.no-address-column'],
        ['mailboxes', ['address,address'], 422, 'imports.errors.column-twice'],
        ['mailboxes', ['address', '"x'], 422, 'imports.errors.quotes'],
        ['mailboxes?colour=red', ['address', 'x'], 422, 'errors.field.object.unknown'],
        ['mailboxes?dry_run=perhaps', ['address', 'x'], 422, 'errors.field.boolean.base'],
      ] as const) {
        const { json, ...answer } = await program.sendFile(path, lines);
        assert.equal(answer.status, status, path);
        assert.deepEqual(
          json.errors?.map((each) => each.code),
          [code],
        );
      }
      for (const domain of ['paul.example', 'nowhere.example', '%00']) {
        const { status } = await program.sendFile(`mailboxes?domain=${domain}`, ['address', 'x']);
        assert.equal(status, 404, domain);
      }
      assert.equal(
        (await program.sendFile('mailboxes', ['address'], undefined, 'a/b')).status,
        400,
      );
      assert.equal((await program.sendFile('domains', ['domain', 'x.example'])).status, 403);
      assert.deepEqual(await scene.app.db.knex('imports').where({ kind: 'domains' }), []);
    });

    it('need both scopes, and the account both permissions', async () => {
      for (const scopes of [['imports.use'], ['mailboxes.manage']] as const) {
        const other = await BulkProgram.of(scene.app, web, scene.marie, scopes);
        assert.equal((await other.sendFile('mailboxes', ['address', 'x'])).status, 403);
      }
      const other = await BulkProgram.of(scene.app, web, scene.paul, mailboxes);
      const plan = await program.sendFile('mailboxes?dry_run=true', [
        'address',
        'new1@marie.example',
      ]);
      assert.equal((await other.get(`/api/v1/bulk/${plan.json.id}`)).status, 404);
      assert.equal((await other.post({ preview: plan.json.id })).status, 404);
      assert.equal((await other.take(`/api/v1/imports/${plan.json.id}/passwords`)).status, 404);
    });

    it('are decided about by the job where nobody reads the plan', async () => {
      const hash = await hashPassword(goodPassword);
      const lines = Array.from({ length: 300 }, (_none, n) => `new${n}@marie.example;${hash};`);
      const file = ['address;password;name', ...lines, 'box@marie.example;;Other'];
      const { json } = await program.sendFile('mailboxes?dry_run=false', file);
      assert.deepEqual([json.state, json.done, json.total], ['queued', 0, 301]);
      const plan = await program.get(`/api/v1/bulk/${json.preview}`);
      assert.deepEqual([plan.json.counted, plan.json.total], [false, 0]);
      await drain();
      const { json: job } = await program.get(`/api/v1/jobs/${json.id}`);
      assert.deepEqual(
        [job.state, job.done, job.counts['changed'], job.counts['not-allowed']],
        ['done', 301, 300, 1],
      );
    });

    it('of aliases forward where the account may', async () => {
      const other = await BulkProgram.of(scene.app, web, scene.marie, [
        'imports.use',
        'aliases.manage',
      ]);
      const file = ['address,targets', 'info@marie.example,anna@elsewhere.example'];
      const { json } = await other.sendFile('aliases?dry_run=true', file);
      assert.deepEqual(json.counts, { 'will-change': 1, 'already-so': 0, refused: 0 });
    });

    it('cannot be longer than on pages, and count as requests', async () => {
      const long = Buffer.alloc(mostFileBytes + 1, '\n');
      const { status, json } = await program.sendFile('mailboxes', long);
      assert.deepEqual([status, json.code], [413, 'errors.too-large']);
      assert.deepEqual(await scene.app.db.knex('rate_limits').pluck('hits'), [1]);
    });

    it('are accepted two at a time when large, while others have to wait', async () => {
      const begun = [1, 2, 3].map(() => program.beginFile('mailboxes', 2 * megabyte));
      const [third] = await Promise.race(begun.map((each) => once(each, 'response')));
      assert.equal(third.statusCode, 429);
      begun.forEach((each) => each.destroy());
    });

    it('are no rows of a list, which an action on rows could name', async () => {
      const file = await program.sendFile('mailboxes?dry_run=true', [
        'address',
        'new1@marie.example',
      ]);
      const ids = file.json.rows.map(({ id }) => id);
      for (const chosen of [{ ids }, { where: ['line=1'] }]) {
        const { status, json } = await program.post({ action: 'imports.mailboxes', ...chosen });
        assert.equal(status, 422);
        assert.deepEqual(
          json.errors?.map(({ code }) => code),
          ['previews.errors.action'],
        );
      }
    });
  });
}
