import assert from 'node:assert/strict';
import type { Scope } from '../../../plugin/viewing/scope.js';
import { messageTable } from '../../../plugin/features/messages/table.js';
import { TableSearchIndex } from '../../../plugin/tables/search-index.js';
import { engines } from '../../support/app.js';
import { addAccount } from '../../support/fixtures.js';
import { Scene } from './scene.js';
import { useOpened } from '../../support/opened.js';

for (const engine of engines) {
  describe(`the search of the outbox on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    let index: TableSearchIndex;
    before(async () => {
      await scene.addServer(587);
      index = new TableSearchIndex(scene.app.db, messageTable.search);
    });

    const found = async (word: string, scope: Scope = { kind: 'all' }) => {
      const candidates = await index.candidates(scope, [word]);
      return candidates.kind === 'ids' ? candidates.ids : 'nothing but a walk';
    };

    it('covers subjects and recipients of any length, also while messages are sent', async () => {
      const to = Array.from({ length: 100 }, (_, n) => `${'x'.repeat(60)}${n}@${longDomain}`);
      const subject = '\ufdfa'.repeat(500);
      const { id } = (await scene.accept(scene.outbox(), { subject, to })).message;
      await scene.app.db.knex('messages').where({ id }).update({ state: 'sending', attempts: 1 });
      assert.deepEqual(await found(`x99@${longDomain}`), [id]);
      await scene.accept(scene.outbox());
      assert.deepEqual(await found(`x99@${longDomain}`), [id]);
    });

    it('follows messages to another reseller', async () => {
      const { id } = (await scene.accept(scene.outbox(), { subject: 'Quarterly' })).message;
      const agency = await addAccount(scene.app, 'agency', { role: 'reseller' });
      await scene.moveMarie('agency');
      assert.deepEqual(await found('quarterly', { kind: 'reseller', accountId: agency }), [id]);
    });

    it('drops messages that are deleted with their account', async () => {
      const { knex } = scene.app.db;
      const [row] = await knex('messages').limit(1);
      const owner_id = await addAccount(scene.app, 'leaver');
      const other = { idempotency_key: null, search_text: 'leaving soon' };
      await knex('messages').insert({ ...row, ...other, id: row.id + 100, owner_id });
      assert.deepEqual(await found('leaving'), [row.id + 100]);
      await knex('accounts').where({ id: owner_id }).delete();
      assert.deepEqual(await found('leaving'), []);
    });
  });
}

const longDomain = `${Array.from({ length: 3 }, () => 'y'.repeat(55)).join('.')}.example`;
