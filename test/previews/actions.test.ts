import assert from 'node:assert/strict';
import { askedFor } from '../../plugin/changes/verb.js';
import { ConflictError, ForbiddenError, StorageUnavailableError } from '../../plugin/errors.js';
import { mailboxTable } from '../../plugin/features/mailboxes/table.js';
import type { JobResult } from '../../plugin/jobs/job.js';
import type { Json } from '../../plugin/jobs/kind.js';
import type { AnyRowsAction } from '../../plugin/previews/action.js';
import { decideRows } from '../../plugin/previews/decided-rows.js';
import type { Preview } from '../../plugin/previews/preview.js';
import { Previews } from '../../plugin/previews/previews.js';
import { Scene } from '../features/mailboxes/scene.js';
import { engines } from '../support/app.js';
import { useOpenedEach } from '../support/opened.js';
import { failingAfterWriting, removal, suspension } from './sample-actions.js';

const toSuspend = { suspended: true, confirmed: false };

for (const engine of engines) {
  describe(`actions on selected rows on ${engine}`, () => {
    const scene = useOpenedEach(() => Scene.open(engine));

    const previewsOf = (action: AnyRowsAction): Previews =>
      new Previews({
        ...scene.app,
        ...scene.app.features,
        offered: async () => [{ table: mailboxTable, actions: [action] }],
      });
    const previewed = async (
      action: AnyRowsAction,
      ids: readonly number[],
      wanted?: Json,
    ): Promise<Preview> => {
      const previews = previewsOf(action);
      const asking = {
        wanted,
        selection: { kind: 'rows', ids: ids.toSorted((a, b) => a - b) },
        list: '/',
      } as const;
      const id = await previews.create(scene.marie, { table: mailboxTable, action }, asking);
      return await previews.whole(scene.marie, id);
    };
    const applied = async (action: AnyRowsAction, preview: Preview): Promise<JobResult> => {
      const became = await previewsOf(action).apply(scene.marie, preview.id);
      assert.ok('result' in became);
      return became.result;
    };
    const done = async (
      action: AnyRowsAction,
      ids: readonly number[],
      wanted?: Json,
    ): Promise<JobResult> => await applied(action, await previewed(action, ids, wanted));

    const actionsInLog = async (): Promise<readonly string[]> =>
      await scene.app.db.knex('audit_entries').orderBy('id').pluck('action');
    const suspended = async (): Promise<readonly string[]> =>
      await scene.app.db
        .knex('mailboxes')
        .where({ suspended: 1 })
        .orderBy('address')
        .pluck('address');

    /** Two mailboxes that can be suspended, one that is suspended, one with an alias to it, and a foreign one. */
    const addMixed = async (): Promise<readonly number[]> => {
      const { marie, paul } = scene;
      const first = await scene.addMailbox(marie, 'first@marie.example');
      const so = await scene.addMailbox(marie, 'so@marie.example');
      await scene.app.features.mailboxes.suspend(marie, 'marie.example', so);
      const led = await scene.addMailbox(marie, 'led@marie.example');
      await scene.addAlias(marie, 'alias@marie.example', 'led@marie.example');
      const other = await scene.addMailbox(paul, 'other@paul.example');
      const second = await scene.addMailbox(marie, 'second@marie.example');
      return [second, first, so, led, other];
    };

    it('are decided about with reasons, without foreign rows', async () => {
      const action = suspension(scene.app);
      const ids = await addMixed();
      const asked = await askedFor(action.verb, scene.marie, ids, toSuspend);
      const rows = decideRows(action, asked, await action.verb.read(scene.app.db.knex, asked, ids));
      assert.deepEqual(
        rows.map((row) => [row.name, row.class.kind]),
        [
          ['first@marie.example', 'will-change'],
          ['so@marie.example', 'already-so'],
          ['led@marie.example', 'refused'],
          ['second@marie.example', 'will-change'],
        ],
      );
      assert.deepEqual(rows.find((row) => row.class.kind === 'refused')?.class.reasons, [
        {
          key: 'mailboxes.errors.suspension-unconfirmed',
          args: { address: 'led@marie.example' },
        },
      ]);
    });

    it('change only rows that can be changed, with one group of audit entries, and no foreign rows', async () => {
      const result = await done(suspension(scene.app), await addMixed(), toSuspend);
      assert.deepEqual([result.changed, result.unchanged, result.refused], [2, 1, 1]);
      assert.deepEqual(await suspended(), [
        'first@marie.example',
        'second@marie.example',
        'so@marie.example',
      ]);
      const entries = await scene.app.db
        .knex('audit_entries')
        .where({ action: 'mailbox.suspended' })
        .whereNot({ subject: 'so@marie.example' })
        .pluck('group_id');
      assert.deepEqual([entries.length, new Set(entries).size], [2, 1]);
    });

    it('decide about each row after the rows before it have changed', async () => {
      const { marie } = scene;
      const ids = [
        await scene.addMailbox(marie, 'one@marie.example'),
        await scene.addMailbox(marie, 'two@marie.example'),
      ];
      await scene.addAlias(marie, 'both@marie.example', 'one@marie.example', 'two@marie.example');
      assert.equal((await done(removal(scene.app), ids)).changed, 2);
      assert.deepEqual(await scene.app.db.knex('aliases').pluck('address'), []);
    });

    it('refuse a row that cannot be written, and roll back its own changes only', async () => {
      const { marie } = scene;
      const ids = [
        await scene.addMailbox(marie, 'first@marie.example'),
        await scene.addMailbox(marie, 'second@marie.example'),
        await scene.addMailbox(marie, 'third@marie.example'),
      ];
      const entries = (await actionsInLog()).length;
      const action = failingAfterWriting(suspension(scene.app), 'second@marie.example', () => {
        throw new ConflictError('mailboxes.errors.changed-meanwhile');
      });
      const result = await done(action, ids, toSuspend);
      assert.deepEqual(result, {
        changed: 2,
        unchanged: 0,
        refused: 1,
        moved: 0,
        refusals: [
          { subject: 'second@marie.example', key: 'mailboxes.errors.changed-meanwhile', args: {} },
        ],
      });
      assert.deepEqual(await suspended(), ['first@marie.example', 'third@marie.example']);
      assert.deepEqual((await actionsInLog()).slice(entries), [
        'mailbox.suspended',
        'mailbox.suspended',
      ]);
      const outcomes = await scene.app.db.knex('preview_rows').orderBy('row_id').pluck('outcome');
      assert.deepEqual(outcomes, [null, 'not-allowed', null]);
    });

    it('change nothing after any other failure, such as a full disk', async () => {
      const { marie } = scene;
      const ids = [
        await scene.addMailbox(marie, 'first@marie.example'),
        await scene.addMailbox(marie, 'second@marie.example'),
      ];
      for (const failure of [
        new Error('unexpected'),
        new StorageUnavailableError('errors.storage-unavailable'),
      ]) {
        const action = failingAfterWriting(suspension(scene.app), 'second@marie.example', () => {
          throw failure;
        });
        await assert.rejects(done(action, ids, toSuspend), failure);
        assert.deepEqual(await suspended(), []);
      }
    });

    it('skip rows that were changed or removed since the preview, and name who did', async () => {
      const { marie } = scene;
      const [changed, gone, same] = [
        await scene.addMailbox(marie, 'changed@marie.example'),
        await scene.addMailbox(marie, 'gone@marie.example'),
        await scene.addMailbox(marie, 'same@marie.example'),
      ];
      const action = suspension(scene.app);
      const preview = await previewed(action, [changed, gone, same], toSuspend);
      await scene.setMailbox(marie, 'changed@marie.example', { quotaMegabytes: '5' });
      await removalOf(gone);
      const result = await applied(action, preview);
      assert.deepEqual([result.changed, result.moved], [1, 2]);
      assert.deepEqual(await suspended(), ['same@marie.example']);
      const details = await scene.app.db
        .knex('preview_rows')
        .where({ outcome: 'meanwhile' })
        .pluck('detail');
      assert.deepEqual(
        details.map((detail) => JSON.parse(detail).actor),
        ['marie', 'marie'],
      );
    });
    const removalOf = async (id: number): Promise<JobResult> =>
      await done(removal(scene.app), [id]);

    it('are refused without the permission of now', async () => {
      const action = suspension(scene.app);
      const preview = await previewed(action, await addMixed(), toSuspend);
      const without = { ...scene.marie, permissions: new Set<string>() };
      await assert.rejects(previewsOf(action).apply(without, preview.id), ForbiddenError);
      const { application } = previewsOf(action);
      await assert.rejects(application.next(without, preview, action, 0), ForbiddenError);
      assert.deepEqual(await suspended(), ['so@marie.example']);
    });
  });
}
