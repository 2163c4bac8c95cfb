import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { ForbiddenError } from '../../plugin/errors.js';
import type { Mailbox } from '../../plugin/features/mailboxes/mailbox.js';
import type { FoundMailbox } from '../../plugin/features/mailboxes/mailbox-change.js';
import { mailboxFrom } from '../../plugin/features/mailboxes/mailbox-store.js';
import { mailboxTable } from '../../plugin/features/mailboxes/table.js';
import type { JobResult } from '../../plugin/jobs/job.js';
import type { AnyRowsAction, RowsAction } from '../../plugin/tables/actions/action.js';
import { type Decided, carryOut, decideAbout } from '../../plugin/tables/actions/decide.js';
import { jobKindOf, mostAtOnce } from '../../plugin/tables/actions/job-kind.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { Scene } from '../features/mailboxes/scene.js';
import { engines } from '../support/app.js';

const look = { permission: 'mailboxes.manage', icon: 'trash' } as const;

for (const engine of engines) {
  describe(`actions on selected rows on ${engine}`, () => {
    let scene: Scene;
    beforeEach(async () => {
      scene = await Scene.open(engine);
    });
    afterEach(() => scene.app.remove());

    /** A verb becomes an action in a few lines. */
    const suspension = (): AnyRowsAction => {
      const { suspensions } = scene.app.features.mailboxes;
      const wanted = { suspended: true, confirmed: false };
      const read: RowsAction<FoundMailbox, never>['read'] = async (db, viewer, ids) =>
        await Promise.all(
          (await foundAmong(db, viewer, ids)).map((found) =>
            suspensions.read(db as Knex.Transaction, viewer, found, wanted),
          ),
        );
      return {
        ...look,
        key: 'suspend',
        noun: 'suspension',
        read,
        idOf: ({ row }: FoundMailbox) => row.id,
        nameOf: ({ row }: FoundMailbox) => row.address,
        decide: (viewer, subject) => suspensions.decide(viewer, subject, wanted),
        write: (changing, decision) => suspensions.write(changing, decision),
      };
    };

    const removal = (): AnyRowsAction => {
      const { removals } = scene.app.features.mailboxes;
      type Read = Awaited<ReturnType<typeof removals.read>>;
      return {
        ...look,
        key: 'remove',
        noun: 'removal',
        read: async (db, viewer, ids) =>
          await Promise.all(
            (await foundAmong(db, viewer, ids)).map(({ row, domainRow }) =>
              removals.read(db as Knex.Transaction, viewer, domainRow, async () =>
                mailboxFrom(row),
              ),
            ),
          ),
        idOf: (subject: Read) => thingIn(subject).id,
        nameOf: (subject: Read) => thingIn(subject).address,
        decide: (viewer, subject: Read) =>
          removals.decide(viewer, subject, { expected: undefined }),
        write: (changing, decision) => removals.write(changing, decision),
      };
    };

    const decided = (ids: readonly number[]): Promise<Decided<unknown>> =>
      decideAbout(suspension(), scene.app.db.knex, scene.marie, ids);
    const done = (action: AnyRowsAction, ids: readonly number[]): Promise<JobResult> =>
      scene.app.changes.make(scene.marie, (changing) =>
        carryOut(action, changing, scene.marie, ids),
      );

    /** Two that can be suspended, one that is so already, one that an alias leads to, and one of somebody else. */
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

    it('say before which rows change, are so already, or are refused and why, in the order of the list', async () => {
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

    it('change just those that may, in one group of entries, and nothing of others', async () => {
      const result = await done(suspension(), await addMixed());
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

    it('decide about each row as the ones before it have left it', async () => {
      const { marie } = scene;
      const ids = [
        await scene.addMailbox(marie, 'one@marie.example'),
        await scene.addMailbox(marie, 'two@marie.example'),
      ];
      await scene.addAlias(marie, 'both@marie.example', 'one@marie.example', 'two@marie.example');
      assert.equal((await done(removal(), ids)).changed, 2);
      assert.deepEqual(await scene.app.db.knex('aliases').pluck('address'), []);
    });

    it('are jobs of chunks for many rows, for as long as whoever asked may do so', async () => {
      const kind = jobKindOf(mailboxTable, suspension());
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

/** Mailboxes in the viewer's scope, with their domains. */
async function foundAmong(
  db: Knex,
  { accountId }: Viewer,
  ids: readonly number[],
): Promise<readonly FoundMailbox[]> {
  const rows = await db('mailboxes').whereIn('id', ids);
  const domains = await db('domains').where({ owner_id: accountId });
  return rows.flatMap((row) => {
    const domainRow = domains.find(({ id }) => id === row.domain_id);
    return domainRow === undefined ? [] : [{ row, domainRow }];
  });
}

function thingIn({ thing }: { readonly thing: Mailbox }): Mailbox {
  return thing;
}
