import assert from 'node:assert/strict';
import type { OfferedActions } from '../../../plugin/previews/action.js';
import { engines } from '../../support/app.js';
import { addConfirmedServer } from '../../support/confirmed-server.js';
import { useOpened } from '../../support/opened.js';
import { Scene } from '../mailboxes/scene.js';

const hostile = `tab\t "quotes" \\ back\\slash\r\nline \u0001 \u{1F40E} é ${'x'.repeat(3000)} $hex {}`;

for (const engine of engines) {
  describe(`removals of many on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));

    const apply = async (
      { table, actions }: OfferedActions,
      key: string,
      ids: readonly number[],
    ): Promise<{ readonly changed: number; readonly statements: number }> => {
      const { app, marie } = scene;
      const action = actions.find((each) => each.key === key);
      assert.ok(action !== undefined);
      const { previews } = app.features;
      const asking = { wanted: undefined, selection: { kind: 'rows', ids }, list: '/' } as const;
      const { id } = await previews.whole(
        marie,
        await previews.create(marie, { table, action }, asking),
      );
      let statements = 0;
      const count = (): void => void (statements += 1);
      app.db.knex.on('query', count);
      const applied = await previews.apply(marie, id);
      app.db.knex.off('query', count);
      assert.ok('result' in applied);
      return { changed: applied.result.changed, statements };
    };
    const addBoxes = async (count: number): Promise<readonly number[]> => {
      const { marie, addMailbox } = scene;
      const ids: number[] = [];
      for (let n = 0; n < count; n += 1) {
        ids.push(await addMailbox(marie, `box${n}-of-${count}@marie.example`));
      }
      return ids;
    };

    it('take no more statements than those of few', async () => {
      const { app } = scene;
      const few = await addBoxes(3);
      const many = await addBoxes(30);
      const mailboxes = await app.features.previews.offered.offeredOn({ key: 'mailboxes' });
      const ofFew = await apply(mailboxes, 'remove', few);
      const ofMany = await apply(mailboxes, 'remove', many);
      assert.deepEqual([ofFew.changed, ofMany.changed], [3, 30]);
      assert.equal(ofMany.statements, ofFew.statements);
      const removals = await app.db.knex('removals').orderBy('id').pluck('id');
      const erased = await apply(app.features.actionsOnRemoved, 'erase', removals.slice(0, 3));
      const others = await apply(app.features.actionsOnRemoved, 'erase', removals.slice(3));
      assert.deepEqual([erased.changed, others.changed], [3, 30]);
      assert.equal(others.statements, erased.statements);
      assert.equal((await app.db.knex('mail_to_erase')).length, 33);
    });

    it('leave each its own entry, in one act', async () => {
      const { app } = scene;
      const mailboxes = await app.features.previews.offered.offeredOn({ key: 'mailboxes' });
      const ids = await addBoxes(4);
      await apply(mailboxes, 'remove', ids);
      const entries = await app.db
        .knex('audit_entries')
        .where({ action: 'mailbox.removed' })
        .orderBy('id', 'desc')
        .limit(4);
      const subjects = [0, 1, 2, 3].map((n) => `box${n}-of-4@marie.example`);
      assert.deepEqual(new Set(entries.map(({ subject }) => subject)), new Set(subjects));
      const [group] = new Set(entries.map(({ group_id: id }) => id));
      const acts = await app.db
        .knex('audit_acts')
        .where({ group_id: group, action: 'mailbox.removed', owner_id: 0, reseller_id: 0 });
      assert.deepEqual(
        acts.map(({ entries: count, first_id: first }) => [count, first]),
        [[4, Math.min(...entries.map(({ id }) => id))]],
      );
    });

    it('keep one that aliases lead to with them, and refuse one that a domain forwards to', async () => {
      const { app, marie, addAlias } = scene;
      const ids = await addBoxes(5);
      await addAlias(marie, 'only@marie.example', 'box1-of-5@marie.example');
      await app.db.knex('domains').where({ name: 'xn--bcher-kva.example' }).update({
        unknown_policy: 'forward',
        forward_to: 'box2-of-5@marie.example',
      });
      const mailboxes = await app.features.previews.offered.offeredOn({ key: 'mailboxes' });
      assert.equal((await apply(mailboxes, 'remove', ids)).changed, 4);
      const kept = await app.db.knex('removals').where({ name: 'only@marie.example' }).first();
      const of = await app.db.knex('removals').where({ name: 'box1-of-5@marie.example' }).first();
      assert.equal(kept.part_of, of.id);
      assert.notEqual(await scene.mailboxRow('box2-of-5@marie.example'), undefined);
    });

    it('report any number of domains to the mail servers', async () => {
      const { app } = scene;
      const ids = Array.from({ length: 1200 }, (_none, n) => n + 1);
      await app.changes.make(app.operator, async ({ touch }) => {
        await touch(ids);
        await touch(ids);
      });
      assert.equal(app.changes.isPublished, true);
    });

    it('keep texts and bytes as they are, whatever they hold', async () => {
      const { app } = scene;
      const id = await addConfirmedServer(app, 'marie.example', { password: hostile });
      const { knex } = app.db;
      const bytes = Buffer.from(Array.from({ length: 256 }, (_none, at) => at));
      await knex('smtp_servers').where({ id }).update({ signature: hostile, sender_name: '' });
      await knex('smtp_server_logos').insert({ server_id: id, type: 'image/png', content: bytes });
      const tables = ['smtp_servers', 'smtp_server_logos', 'smtp_server_services'];
      const state = async (): Promise<unknown> =>
        await Promise.all(tables.map((name) => knex(name)));
      const before = await state();
      await app.features.smtpServers.remove(app.operator, id);
      assert.notDeepEqual(await state(), before);
      const removal = (await app.features.smtpServers.removedAs(id)) ?? 0;
      await app.features.removedThings.restore(app.operator, removal);
      assert.deepEqual(await state(), before);
    });
  });
}
