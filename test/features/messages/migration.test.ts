import assert from 'node:assert/strict';
import * as outbox from '../../../migrations/011-outbox.js';
import { MessageStore } from '../../../plugin/features/messages/store.js';
import { engines } from '../../support/app.js';
import { Scene } from './scene.js';
import { useOpened } from '../../support/opened.js';

const pieceBytes = 1024 * 1024;

for (const engine of engines) {
  describe(`the migration of the outbox on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    before(async () => {
      await scene.addServer(587);
    });

    it('keeps message contents, up and down', async () => {
      const { knex } = scene.app.db;
      const store = new MessageStore(scene.app.db);
      const { id } = (await scene.accept(scene.outbox())).message;
      const note = { filename: 'é.bin', contentType: 'application/octet-stream', contentId: 'x' };
      const bytes = Buffer.alloc(3 * pieceBytes, 'relais');
      const empty = { filename: 'empty', contentType: 'text/plain' };
      const before = {
        text: 'é'.repeat(pieceBytes),
        attachments: [
          { ...note, content: bytes.toString('base64') },
          { ...empty, content: '' },
        ],
      };

      await outbox.down(knex);
      await knex('message_contents').delete();
      const written = Buffer.from(JSON.stringify(before));
      for (let start = 0; start < written.length; start += pieceBytes) {
        await knex('message_contents').insert({
          message_id: id,
          position: start / pieceBytes,
          content: written.subarray(start, start + pieceBytes),
        });
      }
      await outbox.up(knex);
      assert.deepEqual(await store.content(id), {
        text: before.text,
        attachments: [
          { ...note, content: bytes },
          { ...empty, content: Buffer.alloc(0) },
        ],
      });
      assert.deepEqual((await store.text(id))?.attachments, [
        { ...note, bytes: bytes.length },
        { ...empty, bytes: 0 },
      ]);

      await outbox.down(knex);
      const pieces: Buffer[] = await knex('message_contents').orderBy('position').pluck('content');
      assert.deepEqual(JSON.parse(Buffer.concat(pieces).toString('utf8')), before);
      await outbox.up(knex);
    });
  });
}
