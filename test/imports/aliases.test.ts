import assert from 'node:assert/strict';
import { Scene } from '../features/mailboxes/scene.js';
import { engines } from '../support/app.js';
import { useOpenedEach } from '../support/opened.js';
import { applied, linesOf, previewOfFile } from './importing.js';

for (const engine of engines) {
  describe(`importing aliases on ${engine}`, () => {
    const scene = useOpenedEach(async () => {
      const opened = await Scene.withBoxes(engine);
      await opened.addAlias(opened.marie, 'old@marie.example', 'box@marie.example');
      return opened;
    });

    it('shows what each line would do, and creates what is new', async () => {
      const lines = [
        '\uFEFFDestinations;Alias',
        'box@marie.example;info@marie.example',
        '"box@marie.example, anna@elsewhere.example";team@marie.example',
        'box@marie.example;old@marie.example',
        'nobody@marie.example;lost@marie.example',
        'box@marie.example;box@marie.example',
        'loop@marie.example;loop@marie.example',
        ';empty@marie.example',
        'box@paul.example;x@paul.example',
      ];
      const preview = await previewOfFile(scene.app, scene.marie, 'aliases', { lines });
      const shown = await linesOf(scene.app, preview);
      assert.deepEqual(
        shown.map(({ name, kind, why }) => [
          name.split('@')[0],
          kind,
          ...Object.entries(why).flat(),
        ]),
        [
          ['info', 'will-change'],
          ['team', 'will-change'],
          ['old', 'already-so'],
          ['lost', 'refused', 'targets', 'imports.errors.targets'],
          [
            'box',
            'refused',
            'address',
            'mailboxes.errors.taken',
            'targets',
            'imports.errors.targets',
          ],
          ['loop', 'refused', 'targets', 'imports.errors.targets'],
          ['empty', 'refused', 'targets', 'aliases.errors.no-target'],
          ['x', 'refused', 'address', 'errors.domain-not-found'],
        ],
      );
      assert.equal((await applied(scene.app, scene.marie, preview)).changed, 2);
      assert.deepEqual(await scene.targetsOf('team@marie.example'), [
        'anna@elsewhere.example',
        'box@marie.example',
      ]);
      assert.equal(await scene.targetsOf('lost@marie.example'), undefined);
    });

    it('changes what exists only when it is asked to', async () => {
      const lines = ['address,targets', 'old@marie.example,anna@elsewhere.example'];
      const refused = await previewOfFile(scene.app, scene.marie, 'aliases', { lines });
      assert.deepEqual(await linesOf(scene.app, refused), [
        {
          name: 'old@marie.example',
          kind: 'refused',
          why: { address: 'imports.errors.exists-otherwise' },
        },
      ]);
      const options = { changes: true };
      const preview = await previewOfFile(scene.app, scene.marie, 'aliases', { lines, options });
      assert.equal((await applied(scene.app, scene.marie, preview)).changed, 1);
      assert.deepEqual(await scene.targetsOf('old@marie.example'), ['anna@elsewhere.example']);
    });

    it('knows the aliases that the file adds before', async () => {
      const lines = [
        'address,targets',
        'team@marie.example,box@marie.example',
        'all@marie.example,team@marie.example',
      ];
      const preview = await previewOfFile(scene.app, scene.marie, 'aliases', { lines });
      assert.equal((await applied(scene.app, scene.marie, preview)).changed, 2);
      assert.deepEqual(await scene.targetsOf('all@marie.example'), ['team@marie.example']);
    });
  });
}
