import assert from 'node:assert/strict';
import { languageFor } from '../../plugin/web/locale.js';
import { Scene } from '../features/mailboxes/scene.js';
import { engines, startTestWeb } from '../support/app.js';
import { addDomain } from '../support/fixtures.js';
import { useOpenedEach } from '../support/opened.js';
import { Visitor } from '../support/visitor.js';
import { previewOf, rejecting } from './scene.js';

for (const engine of engines) {
  describe(`a preview that switches mail services on ${engine}`, () => {
    const scene = useOpenedEach(() => Scene.open(engine));

    const addBoxes = async (): Promise<void> => {
      for (let number = 0; number < 5; number += 1) {
        await scene.addMailbox(scene.marie, `box${number}@bücher.example`);
      }
    };

    const told = async (key: 'on' | 'off'): Promise<readonly string[]> => {
      const wanted = { enabled: key === 'on' };
      const preview = await previewOf(scene.app, scene.marie, key, { wanted });
      const offered = await scene.app.features.previews.offered.actionOf(preview);
      return (await offered?.action.effects?.(scene.marie, preview, languageFor('en'))) ?? [];
    };
    const change = async (name: string, columns: object): Promise<void> => {
      await scene.app.db.knex('domains').where({ name }).update(columns);
    };

    it('names domains whose MX records say otherwise', async () => {
      await change('marie.example', { mx: 'here' });
      await change('xn--bcher-kva.example', { mx: 'elsewhere' });
      await change('paul.example', { mx: 'here', mail_enabled: 0 });
      assert.deepEqual(await told('off'), [
        'The MX records of this domain point here, so that its mail from outside is refused: marie.example.',
      ]);
      assert.deepEqual(await told('on'), [], 'they are on');
      await scene.app.db.knex('domains').update({ mail_enabled: 0 });
      assert.deepEqual(await told('on'), [
        'The MX records of this domain point elsewhere: its mail from outside still goes there, but mail from this ' +
          'server stays here: bücher.example.',
      ]);
      assert.deepEqual(await told('off'), []);
    });

    it('names other domains that forward there, within the scope', async () => {
      await addDomain(scene.app, 'more.example', 'marie');
      for (const name of ['more.example', 'paul.example']) {
        const forward_to = 'x@xn--bcher-kva.example';
        await change(name, { unknown_policy: 'forward', forward_to });
      }
      const { app, marie } = scene;
      const ids = await app.db.knex('domains').where('name', 'like', '%bcher%').pluck('id');
      const asked = { wanted: { enabled: false }, ids };
      const preview = await previewOf(app, marie, 'off', asked);
      const offered = await app.features.previews.offered.actionOf(preview);
      assert.deepEqual(await offered?.action.effects?.(marie, preview, languageFor('en')), [
        'This domain forwards mail for unknown recipients here in vain: more.example.',
      ]);
    });

    it('has a file of all names where sentences leave some out', async () => {
      await addBoxes();
      await change('marie.example', { mx: 'here' });
      const { app, marie } = scene;
      const preview = await previewOf(app, marie, 'off', { wanted: { enabled: false } });
      const offered = await app.features.previews.offered.actionOf(preview);
      const path = `/previews/${preview.id}/effects`;
      assert.deepEqual(await offered?.action.files?.(preview, marie), [
        { texts: 'domain-mail.effects.file', path, count: 6, isOnce: false },
      ]);
      const rejected = await previewOf(app, marie, 'unknown', { wanted: rejecting });
      assert.deepEqual(await offered?.action.files?.(rejected, marie), []);
    });

    it('gives the file to whoever made the preview alone', async () => {
      await addBoxes();
      await change('marie.example', { mx: 'here' });
      const { app, marie, paul } = scene;
      const { id } = await previewOf(app, marie, 'off', { wanted: { enabled: false } });
      const web = await startTestWeb(app);
      const visitor = await Visitor.signedIn(web, app, marie.accountId);
      const { text } = await visitor.get(`/previews/${id}/effects`);
      assert.deepEqual(text.replace('\uFEFF', '').trimEnd().split('\r\n'), [
        'What happens,Name',
        ...[0, 1, 2, 3, 4].map((n) => `Mailbox receives no mail,box${n}@bücher.example`),
        'MX records point here,marie.example',
      ]);
      const other = await Visitor.signedIn(web, app, paul.accountId);
      assert.equal((await other.get(`/previews/${id}/effects`)).status, 404);
      await web.stop();
    });
  });
}
