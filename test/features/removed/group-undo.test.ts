import assert from 'node:assert/strict';
import { DomainName, EmailAddress } from '../../../plugin/addresses/index.js';
import { ForbiddenError } from '../../../plugin/errors.js';
import type { Preview } from '../../../plugin/previews/preview.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { engines } from '../../support/app.js';
import { addConfirmedServer } from '../../support/confirmed-server.js';
import { useOpened } from '../../support/opened.js';
import { Scene } from '../mailboxes/scene.js';

for (const engine of engines) {
  describe(`undoing a group of several actions on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));

    const remove = async (address: string): Promise<void> => {
      const { app, marie } = scene;
      const { domain, mailbox } = await app.features.mailboxes.byAddress(
        marie,
        EmailAddress.parse(address),
      );
      await app.features.mailboxes.remove(marie, domain.name, mailbox.id);
    };
    const actOf = async (action: string): Promise<number> => {
      const act = await scene.app.db
        .knex('audit_acts')
        .where({ action, owner_id: 0, reseller_id: 0 })
        .orderBy('id', 'desc')
        .first('id');
      return Number(act.id);
    };
    const asked = async (by: Viewer, act: number): Promise<Preview> => {
      const { previews, undoing } = scene.app.features;
      return await previews.whole(by, await undoing.prepare(by, act));
    };
    const apply = async (by: Viewer, { id }: Preview) => {
      const applied = await scene.app.features.previews.apply(by, id);
      assert.ok('result' in applied);
      return applied.result;
    };
    const targetsOf = async (address: string): Promise<readonly string[]> =>
      await scene.app.db
        .knex('alias_targets as t')
        .join('aliases as a', 'a.id', 't.alias_id')
        .where('a.address', address)
        .orderBy('t.target')
        .pluck('t.target');

    it('is one preview of all of them, wherever it is asked for, and one change', async () => {
      const { app, marie, addMailbox, addAlias } = scene;
      await addMailbox(marie, 'end@marie.example');
      await addMailbox(marie, 'stays@marie.example');
      await addAlias(marie, 'only@marie.example', 'end@marie.example');
      await addAlias(marie, 'both@marie.example', 'end@marie.example', 'stays@marie.example');
      await remove('end@marie.example');
      for (const action of ['mailbox.removed', 'alias.removed', 'alias.changed']) {
        const { counts } = await asked(marie, await actOf(action));
        assert.deepEqual(counts, { 'will-change': 1, 'already-so': 2, refused: 0 }, action);
      }
      assert.equal(await scene.mailboxRow('end@marie.example'), undefined);
      const result = await apply(marie, await asked(marie, await actOf('alias.changed')));
      assert.deepEqual([result.changed, result.refused, result.moved], [1, 0, 0]);
      assert.deepEqual(await targetsOf('only@marie.example'), ['end@marie.example']);
      assert.deepEqual(await targetsOf('both@marie.example'), [
        'end@marie.example',
        'stays@marie.example',
      ]);
      const again = await asked(marie, await actOf('mailbox.restored'));
      assert.deepEqual([again.counts['will-change'], again.counts.refused], [2, 0]);
      await apply(marie, again);
      assert.deepEqual(await targetsOf('both@marie.example'), ['stays@marie.example']);
      assert.deepEqual(await targetsOf('only@marie.example'), []);
      assert.equal((await app.db.knex('removals')).length, 2);
    });

    it('takes back several changes of the same row', async () => {
      const { app, marie, addMailbox } = scene;
      const id = await addMailbox(marie, 'twice@marie.example', { displayName: 'First' });
      await addMailbox(marie, 'gone@marie.example');
      const before = await scene.mailboxRow('twice@marie.example');
      const { domain } = await app.features.mailboxes.byAddress(
        marie,
        EmailAddress.parse('twice@marie.example'),
      );
      await scene.setMailbox(marie, 'twice@marie.example', { displayName: 'Second' });
      await scene.setMailbox(marie, 'twice@marie.example', { imap: '' });
      await app.features.mailboxes.suspend(marie, domain.name, id, true);
      await remove('gone@marie.example');
      // As one act, such as a change of a plan is.
      const groups = await app.db
        .knex('audit_acts')
        .whereIn('action', ['mailbox.changed', 'mailbox.suspended', 'mailbox.removed'])
        .orderBy('id', 'desc')
        .limit(8)
        .pluck('group_id');
      const [group] = groups;
      await app.db.knex('removals').whereIn('group_id', groups).update({ group_id: group });
      await app.db.knex('audit_entries').whereIn('group_id', groups).update({ group_id: group });
      const acts = await app.db.knex('audit_acts').whereIn('group_id', groups).orderBy('id');
      const firsts = new Map(acts.map((act) => [`${act.action} ${act.owner_id}`, act.id]));
      await app.db
        .knex('audit_acts')
        .whereIn('group_id', groups)
        .whereNotIn('id', [...firsts.values()])
        .delete();
      await app.db.knex('audit_acts').whereIn('group_id', groups).update({ group_id: group });
      const result = await apply(marie, await asked(marie, await actOf('mailbox.suspended')));
      assert.deepEqual([result.changed, result.refused, result.moved], [3, 0, 0]);
      const after = await scene.mailboxRow('twice@marie.example');
      assert.deepEqual({ ...after, version: 0 }, { ...before, version: 0 });
      assert.notEqual(await scene.mailboxRow('gone@marie.example'), undefined);
    });

    it('leaves what the viewer may not undo, and is refused where that is all', async () => {
      const { app, marie, addMailbox, addAlias } = scene;
      await addMailbox(marie, 'part@marie.example');
      await addAlias(marie, 'of-part@marie.example', 'part@marie.example');
      await remove('part@marie.example');
      const act = await actOf('mailbox.removed');
      const few = { ...marie, permissions: new Set(['audit.view', 'aliases.manage']) };
      await assert.rejects(asked(few, act), ForbiddenError);
      const preview = await asked(few, await actOf('alias.removed'));
      // Its target is not there.
      assert.deepEqual(preview.counts, { 'will-change': 0, 'already-so': 0, refused: 1 });
      await assert.rejects(asked(scene.paul, act), { name: 'NotFoundError' });
      assert.equal(await scene.mailboxRow('part@marie.example'), undefined);
      assert.deepEqual(
        (await app.db.knex('removals').where({ name: 'of-part@marie.example' })).length,
        1,
      );
    });

    it('names what it leaves out, in the preview and afterwards', async () => {
      const { app } = scene;
      const { operator } = app;
      const server = await addConfirmedServer(app, 'paul.example', { title: 'Relay' });
      await app.db.knex('domains').where({ name: 'paul.example' }).update({ relay_id: server });
      const { id: domain } = await app.db.knex('domains').where({ name: 'paul.example' }).first();
      const { domains } = app.panel;
      const confirmation = DomainName.parse('paul.example');
      await domains.remove(operator, 'paul.example', { confirmation });
      await app.features.smtpServers.remove(operator, server);
      const removal = await app.db
        .knex('removals')
        .where({ kind: 'domain', thing_id: domain })
        .first();
      const { previews, actionsOnRemoved } = app.features;
      const action = actionsOnRemoved.actions.find(({ key }) => key === 'restore');
      assert.ok(action !== undefined);
      const made = await previews.create(
        operator,
        { table: actionsOnRemoved.table, action },
        { wanted: undefined, selection: { kind: 'rows', ids: [removal.id] }, list: '/removed' },
      );
      const preview = await previews.whole(operator, made);
      const [row] = await app.db.knex('preview_classes').where({ preview_id: preview.id });
      assert.match(row.reasons, /removed\.left\.relay/);
      const { changed, left = [] } = await apply(operator, preview);
      assert.deepEqual([changed, left.map(({ key }) => key)], [1, ['removed.left.relay']]);
      const outcome = await app.db.knex('preview_rows').where({ preview_id: preview.id }).first();
      assert.deepEqual([outcome.outcome, /left\.relay/.test(outcome.detail)], ['changed', true]);
    });
  });
}
