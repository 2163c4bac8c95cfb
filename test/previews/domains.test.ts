import assert from 'node:assert/strict';
import { type Database, fileOf } from '../../plugin/database/database.js';
import { type Expiry, removeExpired } from '../../plugin/database/expiry.js';
import { NotFoundError } from '../../plugin/errors.js';
import type { RowsWanted } from '../../plugin/features/domain-mail/rows-wanted.js';
import { registrations } from '../../plugin/features.js';
import { mailFileOf } from '../../plugin/mail-server/data-files.js';
import { engines } from '../support/app.js';
import { addDomain } from '../support/fixtures.js';
import { assertSameRows } from '../support/mail/mail-file.js';
import { useOpenedEach } from '../support/opened.js';
import { Scene } from '../features/mailboxes/scene.js';
import { mostUnapplied } from '../../plugin/previews/store.js';
import { languageFor } from '../../plugin/web/locale.js';
import { previewOf, rejecting } from './scene.js';

for (const engine of engines) {
  describe(`a bulk change of domains on ${engine}`, () => {
    const scene = useOpenedEach(() => Scene.open(engine));

    const domains = () => scene.app.db.knex('domains').orderBy('id');
    const sweep = (db: Database = scene.app.db) =>
      removeExpired(db, registrations.flatMap(({ expires = [] }) => expires).filter(isOfPreviews));

    it('changes all that are alike in one statement, each with its own entry and version', async () => {
      await addDomain(scene.app, 'more.example', 'marie');
      const preview = await previewOf(scene.app, scene.marie, 'unknown', { wanted: rejecting });
      assert.deepEqual(preview.counts, { 'will-change': 3, 'already-so': 0, refused: 0 });
      const classes = await scene.app.db.knex('preview_classes');
      assert.equal(classes.length, 1);
      const applied = await scene.app.features.previews.apply(scene.marie, preview.id);
      assert.ok('result' in applied);
      assert.equal(applied.result.changed, 3);
      const rows = await domains();
      assert.deepEqual(
        rows.map(({ name, reject_text: text, version }) => [name, text, version]),
        [
          ['marie.example', 'Nobody here.', 2],
          ['xn--bcher-kva.example', 'Nobody here.', 2],
          ['paul.example', null, 1],
          ['more.example', 'Nobody here.', 2],
        ],
      );
      const entries = await scene.app.db
        .knex('audit_entries')
        .where({ action: 'domain-mail.changed' })
        .orderBy('id');
      assert.equal(entries.length, 3);
      const [, idn] = entries;
      assert.equal(idn.subject, 'xn--bcher-kva.example');
      assert.equal(idn.owner_id, scene.marie.accountId);
      assert.match(idn.search_text, /marie.*bucher/);
      assert.deepEqual(JSON.parse(idn.before), { rejectText: null });
      assert.deepEqual(JSON.parse(idn.after), { rejectText: 'Nobody here.', version: 2 });
      assert.equal(new Set(entries.map(({ group_id: group }) => group)).size, 1);
    });

    it('is what the mail servers read, whichever settings it changes', async () => {
      const panelFile = fileOf(scene.app.db.location);
      const changes: readonly RowsWanted[] = [
        rejecting,
        { policy: { key: 'bounce', texts: { bounceText: 'Gone.' } } },
        { policy: { key: 'redirect', texts: { redirectIp: '8.8.8.8', redirectPort: '25' } } },
        { policy: { key: 'forward', texts: { forwardTo: 'far@outside.example' } } },
        { enabled: false },
        { limit: 7 },
        { enabled: true, webmail: null, ...rejecting },
      ];
      for (const wanted of changes) {
        const preview = await previewOf(scene.app, scene.app.operator, 'settings', { wanted });
        const applied = await scene.app.features.previews.apply(scene.app.operator, preview.id);
        assert.ok('result' in applied && applied.result.changed > 0, JSON.stringify(applied));
        if (panelFile !== undefined) {
          assertSameRows({ panelFile, mailFile: mailFileOf(scene.app.config) });
        }
      }
    });

    it('waits in as few previews if they are asked for at once', async () => {
      const asking = Array.from({ length: 2 * mostUnapplied }, () =>
        previewOf(scene.app, scene.marie, 'unknown', { wanted: rejecting }),
      );
      await Promise.allSettled(asking);
      const left = scene.app.db.knex('previews').where({ account_id: scene.marie.accountId });
      const waiting = await left.whereNull('applied_at').where('kept_until', '>', 0).pluck('id');
      assert.equal(waiting.length, mostUnapplied);
    });

    it('waits in a few previews of each account, of which the oldest goes', async () => {
      const asked = { wanted: rejecting };
      const applied = await previewOf(scene.app, scene.marie, 'unknown', asked);
      await scene.app.features.previews.apply(scene.marie, applied.id);
      const pauls = await previewOf(scene.app, scene.paul, 'unknown', asked);
      const made: number[] = [];
      for (let count = 0; count <= mostUnapplied; count += 1) {
        made.push((await previewOf(scene.app, scene.marie, 'unknown', asked)).id);
      }
      const { previews } = scene.app.features;
      await assert.rejects(previews.find(scene.marie, made[0] ?? 0), NotFoundError);
      assert.equal((await previews.find(scene.marie, made[1] ?? 0)).id, made[1]);
      await sweep();
      const left: number[] = await scene.app.db.knex('previews').orderBy('id').pluck('id');
      assert.deepEqual(left, [applied.id, pauls.id, ...made.slice(1)]);
      const rows: number[] = await scene.app.db
        .knex('preview_rows')
        .distinct('preview_id')
        .pluck('preview_id');
      assert.ok(!rows.includes(made[0] ?? 0));
    });

    it('removes those of a removed account, and keeps the command line’s', async () => {
      const { app, marie, paul } = scene;
      const asked = { wanted: rejecting };
      const applied = await previewOf(app, marie, 'unknown', asked);
      await app.features.previews.apply(marie, applied.id);
      const others = [
        await previewOf(app, paul, 'unknown', asked),
        await previewOf(app, app.operator, 'unknown', asked),
      ];
      await app.db.knex('domains').where({ owner_id: marie.accountId }).delete();
      await app.db.knex('accounts').where({ id: marie.accountId }).delete();
      await sweep();
      assert.deepEqual(
        await app.db.knex('previews').orderBy('id').pluck('id'),
        others.map(({ id }) => id),
      );
      const rows = app.db.knex('preview_rows').where({ preview_id: applied.id });
      assert.deepEqual(await rows, []);
    });

    it('is deleted with its many rows part by part when its time is over', async () => {
      const { app, marie } = scene;
      const [kept, ended] = [
        await previewOf(app, marie, 'unknown', { wanted: rejecting }),
        await previewOf(app, marie, 'unknown', { wanted: rejecting }),
      ];
      const rows = Array.from({ length: 2500 }, (_none, n) => ({
        preview_id: ended.id,
        row_id: 1_000_000 + n,
        version: 1,
        class: 1,
        name: `${n}.example`,
        sort_name: `${n}.example`,
      }));
      await app.db.knex.batchInsert('preview_rows', rows, 100);
      await app.db.knex('previews').where({ id: ended.id }).update({ kept_until: 1 });
      const left: number[] = [];
      const db: Database = {
        ...app.db,
        transaction: async (work) => {
          const result = await app.db.transaction(work);
          left.push((await app.db.knex('preview_rows').where({ preview_id: ended.id })).length);
          return result;
        },
      };
      await sweep(db);
      assert.deepEqual(left.slice(-3), [1502, 502, 0]);
      assert.deepEqual(await app.db.knex('previews').pluck('id'), [kept.id]);
    });

    it('names what would receive no mail as people write it', async () => {
      await scene.addMailbox(scene.marie, 'box@bücher.example');
      const preview = await previewOf(scene.app, scene.marie, 'off', {
        wanted: { enabled: false },
      });
      const offered = await scene.app.features.previews.offered.actionOf(preview);
      const told = await offered?.action.effects?.(scene.marie, preview, languageFor('en'));
      assert.deepEqual(told, ['This mailbox receives no mail: box@bücher.example.']);
    });

    it('skips and names rows that somebody changed meanwhile', async () => {
      const preview = await previewOf(scene.app, scene.marie, 'unknown', { wanted: rejecting });
      await scene.app.features.domainMail.change(scene.marie, 'marie.example', {
        settings: { enabled: false },
      });
      const applied = await scene.app.features.previews.apply(scene.marie, preview.id);
      assert.ok('result' in applied);
      assert.deepEqual([applied.result.changed, applied.result.moved], [1, 1]);
      const [row] = await scene.app.db.knex('preview_rows').whereNotNull('outcome');
      assert.equal(row.outcome, 'meanwhile');
      assert.equal(JSON.parse(row.detail).actor, 'marie');
      const again = await scene.app.features.previews.again(scene.marie, preview.id);
      const { counts } = await scene.app.features.previews.whole(scene.marie, again);
      assert.equal(counts['will-change'], 1);
    });
  });
}

function isOfPreviews({ table }: Expiry): boolean {
  return table === 'previews';
}
