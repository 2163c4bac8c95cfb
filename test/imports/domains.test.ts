import assert from 'node:assert/strict';
import { Scene } from '../features/mailboxes/scene.js';
import { engines } from '../support/app.js';
import { addAccount, viewerOf } from '../support/fixtures.js';
import { useOpenedEach } from '../support/opened.js';
import { applied, linesOf, previewOfFile } from './importing.js';

for (const engine of engines) {
  describe(`importing domains on ${engine}`, () => {
    const scene = useOpenedEach(() => Scene.open(engine));

    it('shows what each line would do, and creates what is new', async () => {
      const lines = [
        'Langue,Domaine,Propriétaire',
        'fr,new.example,marie',
        'Français,müller.example,PAUL',
        'en,marie.example,marie',
        'fr,paul.example,marie',
        'en,other.example,nobody',
        'de,third.example,marie',
        'fr,not a domain,marie',
        'fr,NEW.example,marie',
      ];
      const viewer = scene.app.operator;
      const preview = await previewOfFile(scene.app, viewer, 'domains', { lines });
      assert.deepEqual(
        (await linesOf(scene.app, preview)).map(({ name, kind, why }) => [
          name,
          kind,
          ...Object.keys(why),
        ]),
        [
          ['new.example', 'will-change'],
          ['müller.example', 'will-change'],
          ['marie.example', 'already-so'],
          ['paul.example', 'refused', 'name'],
          ['other.example', 'refused', 'owner'],
          ['third.example', 'refused', 'locale'],
          ['not a domain', 'refused', 'name'],
          ['NEW.example', 'refused', 'line'],
        ],
      );
      assert.equal((await applied(scene.app, viewer, preview)).changed, 2);
      const row = await scene.app.db
        .knex('domains')
        .where({ name: 'xn--mller-kva.example' })
        .first();
      assert.equal(row.locale, 'fr');
      assert.equal(row.owner_id, scene.paul.accountId);
    });

    it('is for resellers within their customers', async () => {
      const ritaId = await addAccount(scene.app, 'rita', { role: 'reseller' });
      const reseller = await viewerOf(scene.app, ritaId);
      await addAccount(scene.app, 'carl', { parentId: ritaId });
      const lines = [
        'domain,owner',
        'rita.example,',
        'carl.example,carl',
        'foreign.example,marie',
        'paul.example,carl',
      ];
      const preview = await previewOfFile(scene.app, reseller, 'domains', { lines });
      assert.deepEqual(
        (await linesOf(scene.app, preview)).map(({ kind, why }) => [kind, ...Object.values(why)]),
        [
          ['will-change'],
          ['will-change'],
          ['refused', 'accounts.not-found.accounts'],
          ['refused', 'domains.errors.taken'],
        ],
      );
    });
  });
}
