import assert from 'node:assert/strict';
import type { Changing } from '../../plugin/changes/changes.js';
import { askedFor } from '../../plugin/changes/verb.js';
import { ConflictError, ForbiddenError, StorageUnavailableError } from '../../plugin/errors.js';
import { domainTable } from '../../plugin/features/domains/table.js';
import { mailboxTable } from '../../plugin/features/mailboxes/table.js';
import type { JobResult } from '../../plugin/jobs/job.js';
import type { Chunk } from '../../plugin/jobs/kind.js';
import type { AnyRowsAction } from '../../plugin/tables/actions/action.js';
import { type Decided, carryOut, decideAbout } from '../../plugin/tables/actions/decide.js';
import { jobKindOf } from '../../plugin/tables/actions/job-kind.js';
import { mostAtOnce } from '../../plugin/tables/actions/selected-rows.js';
import type { AnyTable } from '../../plugin/tables/table.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { Scene } from '../features/mailboxes/scene.js';
import { engines } from '../support/app.js';
import { failingAfterWriting, removal, settings, suspension } from './sample-actions.js';
import { useOpenedEach } from '../support/opened.js';

for (const engine of engines) {
  describe(`actions on selected rows on ${engine}`, () => {
    const scene = useOpenedEach(() => Scene.open(engine));

    const offered = (table: AnyTable) => ({ table, db: scene.app.db });
    const toSuspend = { suspended: true, confirmed: false };
    const decided = async (ids: readonly number[]): Promise<Decided<unknown>> => {
      const asked = { viewer: scene.marie, wanted: toSuspend, facts: undefined };
      return await decideAbout(suspension(scene.app), scene.app.db.knex, asked, ids);
    };
    const done = async (
      action: AnyRowsAction,
      ids: readonly number[],
      wanted?: unknown,
    ): Promise<JobResult> => {
      const asked = await askedFor(action.verb, scene.marie, ids, wanted);
      return await scene.app.changes.make(scene.marie, (changing) =>
        carryOut(action, changing, asked, ids),
      );
    };

    const actionsInLog = async (): Promise<readonly string[]> =>
      await scene.app.db.knex('audit_entries').orderBy('id').pluck('action');

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

    it('preview changed, unchanged and refused rows with reasons, in the order of the list', async () => {
      const { willChange, alreadySo, refused } = await decided(await addMixed());
      assert.deepEqual(
        willChange.map(({ name }) => name),
        ['second@marie.example', 'first@marie.example'],
      );
      assert.deepEqual(
        alreadySo.map(({ name }) => name),
        ['so@marie.example'],
      );
      assert.deepEqual(refused, [
        {
          subject: 'led@marie.example',
          key: 'mailboxes.errors.suspension-unconfirmed',
          args: { address: 'led@marie.example' },
        },
      ]);
    });

    it('change only rows that can be changed, with one group of audit entries, and no foreign rows', async () => {
      const result = await done(suspension(scene.app), await addMixed(), toSuspend);
      assert.deepEqual([result.changed, result.unchanged, result.refused], [2, 1, 1]);
      const suspended: string[] = await scene.app.db
        .knex('mailboxes')
        .where({ suspended: 1 })
        .pluck('address');
      assert.deepEqual(suspended.toSorted(), [
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
      const [first, second, third] = [
        await scene.addMailbox(marie, 'first@marie.example'),
        await scene.addMailbox(marie, 'second@marie.example'),
        await scene.addMailbox(marie, 'third@marie.example'),
      ];
      const entries = (await actionsInLog()).length;
      const action = failingAfterWriting(suspension(scene.app), 'second@marie.example', () => {
        throw new ConflictError('mailboxes.errors.changed-meanwhile');
      });
      const result = await done(action, [first, second, third], toSuspend);
      assert.deepEqual(result, {
        changed: 2,
        unchanged: 0,
        refused: 1,
        refusals: [
          { subject: 'second@marie.example', key: 'mailboxes.errors.changed-meanwhile', args: {} },
        ],
      });
      const suspended = await scene.app.db.knex('mailboxes').where({ suspended: 1 }).pluck('id');
      assert.deepEqual(suspended.map(Number), [first, third]);
      assert.deepEqual((await actionsInLog()).slice(entries), [
        'mailbox.suspended',
        'mailbox.suspended',
      ]);
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
        assert.deepEqual(await scene.app.db.knex('mailboxes').where({ suspended: 1 }), []);
      }
    });

    it('carry out the wanted change, which a job stores', async () => {
      const { marie } = scene;
      const ids = [await scene.addMailbox(marie, 'one@marie.example')];
      await done(suspension(scene.app), ids, toSuspend);
      const isSuspended = async (): Promise<number[]> =>
        await scene.app.db.knex('mailboxes').pluck('suspended');
      assert.deepEqual(await isSuspended(), [1]);

      const kind = jobKindOf(offered(mailboxTable), suspension(scene.app));
      const payload = { ids, wanted: { suspended: false, confirmed: true } };
      const stored: typeof payload = JSON.parse(JSON.stringify(payload));
      const chunk = await kind.next({ viewer: marie, payload: stored, cursor: undefined });
      await scene.app.changes.make(marie, (changing) => written(chunk, changing));
      assert.deepEqual(await isSuspended(), [0]);
    });

    it('load what decisions need once per chunk, before its transaction', async () => {
      const { marie } = scene;
      const ids: number[] = await scene.app.db
        .knex('domains')
        .where({ owner_id: marie.accountId })
        .orderBy('id')
        .pluck('id');
      const action = settings(scene.app);
      const load = action.verb.load.bind(action.verb);
      const loaded: (readonly number[])[] = [];
      action.verb.load = async (viewer, some, wanted) => {
        loaded.push(some);
        return await load(viewer, some, wanted);
      };
      const kind = jobKindOf(offered(domainTable), action);
      const payload = { ids, wanted: { settings: { enabled: false } } };
      const chunk = await kind.next({ viewer: marie, payload, cursor: undefined });
      assert.deepEqual(loaded, [ids]);
      const result = await scene.app.changes.make(marie, (changing) => written(chunk, changing));
      assert.deepEqual([result.changed, result.refused, loaded.length], [2, 0, 1]);
      const on = await scene.app.db.knex('domains').where({ mail_enabled: 1 }).pluck('name');
      assert.deepEqual(on, ['paul.example']);
    });

    it('run as jobs in chunks for many rows, while the viewer still has the permission', async () => {
      const kind = jobKindOf(offered(mailboxTable), suspension(scene.app));
      const ids = Array.from({ length: mostAtOnce + 1 }, (_none, index) => index + 1);
      const next = (viewer: Viewer, cursor?: number) =>
        kind.next({ viewer, payload: { ids }, cursor });
      const first = await next(scene.marie);
      assert.deepEqual([first?.cursor, first?.count], [mostAtOnce, mostAtOnce]);
      assert.equal((await next(scene.marie, mostAtOnce))?.count, 1);
      assert.equal(await next(scene.marie, mostAtOnce + 1), undefined);
      await assert.rejects(next({ ...scene.marie, permissions: new Set() }), ForbiddenError);
    });
  });
}

async function written(chunk: Chunk | undefined, changing: Changing): Promise<JobResult> {
  assert.ok(chunk !== undefined);
  return await chunk.write(changing);
}
