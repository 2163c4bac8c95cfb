import assert from 'node:assert/strict';
import { removeExpired } from '../../plugin/database/expiry.js';
import { InvalidInputError } from '../../plugin/errors.js';
import { registrations } from '../../plugin/features.js';
import { Scene } from '../features/mailboxes/scene.js';
import { engines } from '../support/app.js';
import { useOpenedEach } from '../support/opened.js';
import { linesOf, previewOfFile } from './importing.js';

const farAway = (from: number): Buffer =>
  Buffer.from(`address,targets${'\n'.repeat(from - 1)}evil@paul.example,box@paul.example\n`);

for (const engine of engines) {
  describe(`the lines of a file on ${engine}`, () => {
    const scene = useOpenedEach(() => Scene.withBoxes(engine));

    it('are never lines of another, however far down they are', async () => {
      const { app, marie, paul } = scene;
      await assert.rejects(
        previewOfFile(app, paul, 'aliases', { lines: farAway(1_000_002) }),
        (error) =>
          error instanceof InvalidInputError &&
          error.fields['file']?.key === 'imports.errors.too-many-lines',
      );
      const lines = ['address,targets', 'info@marie.example,box@marie.example'];
      const preview = await previewOfFile(app, marie, 'aliases', { lines });
      assert.deepEqual(
        (await linesOf(app, preview)).map(({ name }) => name),
        ['info@marie.example'],
      );
    });

    it('are gone, part by part, once their file is refused or a day old', async () => {
      const { app, marie } = scene;
      const { knex } = app.db;
      const { imports } = app.features;
      const receive = async (...lines: readonly string[]): Promise<number> =>
        await imports.receive(
          marie,
          await imports.kind('aliases'),
          Buffer.from(['address,targets', ...lines].join('\n')),
          { domain: undefined, changes: false, generates: false },
        );
      const lines = Array.from({ length: 1300 }, (_none, n) => `a${n}@marie.example,x@y.example`);
      await assert.rejects(receive(...lines, '"'));
      await receive(...lines);
      const expiring = registrations.flatMap(({ expires = [] }) => expires);
      const ofImports = expiring.filter(({ table }) => table === 'imports');
      await removeExpired(app.db, ofImports);
      assert.deepEqual(await knex('import_lines').distinct('import_id').pluck('import_id'), [2]);
      await knex('imports').update({ kept_until: Date.now() - 1 });
      await removeExpired(app.db, ofImports);
      assert.deepEqual([await knex('imports'), await knex('import_lines')], [[], []]);
    });
  });
}
