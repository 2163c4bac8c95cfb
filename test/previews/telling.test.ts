import assert from 'node:assert/strict';
import { changedMail } from '../../plugin/features/previews/changed-mail.js';
import { renderMail } from '../../plugin/panel-mail/render.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { languageFor } from '../../plugin/web/locale.js';
import { JobScene } from '../jobs/counting.js';
import { engines, startTestWeb } from '../support/app.js';
import { addAccount, addDomain, viewerOf } from '../support/fixtures.js';
import { useOpenedEach } from '../support/opened.js';
import { chooseMailHost, queuedMails } from '../support/panel-mails.js';
import { Visitor } from '../support/visitor.js';
import { previewOf, rejecting } from './scene.js';

for (const engine of engines) {
  describe(`the owners of rows that somebody changes, on ${engine}`, () => {
    const scene = useOpenedEach(() => JobScene.open(engine));
    beforeEach(async () => {
      const { app } = scene;
      await addAccount(app, 'root', { role: 'administrator' });
      await chooseMailHost(app);
      await addDomain(app, 'one.example', 'marie');
      await addDomain(app, 'two.example', 'marie');
      await addDomain(app, 'three.example', 'paul');
      await addDomain(app, 'north.example', 'north');
      await app.db
        .knex('domains')
        .where({ name: 'two.example' })
        .update({ reject_text: 'Before.' });
    });

    const apply = async (viewer: Viewer, tellsOwners: boolean): Promise<void> => {
      const { previews, jobWorker } = scene.app.features;
      const { id } = await previewOf(scene.app, viewer, 'settings', { wanted: rejecting });
      await previews.apply(viewer, id, tellsOwners);
      await jobWorker.drain();
    };

    it('get one mail each, with what has changed for them, in their language', async () => {
      await apply(scene.app.operator, true);
      const mails = await queuedMails(scene.app);
      const { marie, paul, north } = scene;
      assert.deepEqual(
        mails.map(({ kind, accountId }) => [kind, accountId]),
        [north, marie.accountId, paul.accountId].map((id) => ['changed', id]),
      );
      const maries = mails.find(({ accountId }) => accountId === marie.accountId);
      assert.ok(maries);
      const words = { fields: maries.fields, link: 'https://panel.example' };
      const { subject, text } = renderMail(changedMail, words, languageFor('fr'));
      assert.match(subject, /^Modification qui vous concerne\s: Paramètres de messagerie$/);
      const [, ...paragraphs] = text.replaceAll('\u2060', '').split('\n\n');
      assert.match(paragraphs[0] ?? '', /a fait une modification qui vous concerne/);
      assert.deepEqual(
        paragraphs.slice(1, 3).map((each) => each.replaceAll(/\s/g, ' ')),
        [
          'one.example : Texte du refus : aucun → Nobody here.',
          'two.example : Texte du refus : Before. → Nobody here.',
        ],
      );
      assert.doesNotMatch(text, /three/);
      assert.match(maries.path, /^\/audit\/\d+$/);
    });

    it('get no mail unless it is asked for, nor for their own changes', async () => {
      await apply(scene.app.operator, false);
      assert.deepEqual(await queuedMails(scene.app), []);
      await scene.app.db.knex('domains').update({ reject_text: null });
      await apply(await viewerOf(scene.app, scene.north), true);
      const told = (await queuedMails(scene.app)).map(({ accountId }) => accountId);
      assert.deepEqual(told, [scene.marie.accountId]);
    });

    it('get one mail each, however many they are', async () => {
      const { app } = scene;
      for (let n = 0; n < 60; n += 1) {
        const id = await addAccount(app, `owner${n}`);
        await app.db.knex('domains').insert({
          name: `d${n}.example`,
          at_name: `@d${n}.example`,
          postmaster_address: `postmaster@d${n}.example`,
          owner_id: id,
          created_at: 0,
          search_text: '',
        });
      }
      await apply(app.operator, true);
      const told = (await queuedMails(app)).map(({ accountId }) => accountId);
      assert.equal(told.length, 63);
      assert.equal(new Set(told).size, 63);
    });

    it('are notified only if the person who changes their rows ticks the box', async () => {
      const { app, marie, north } = scene;
      const web = await startTestWeb(app);
      try {
        for (const [id, isOffered] of [
          [north, true],
          [marie.accountId, false],
        ] as const) {
          const visitor = await Visitor.signedIn(web, app, id);
          const viewer = await viewerOf(app, id);
          const preview = await previewOf(app, viewer, 'on', { wanted: { enabled: false } });
          const path = `/previews/${preview.id}`;
          assert.equal((await visitor.get(path)).text.includes('name="tellOwners"'), isOffered);
          await visitor.post(`${path}/application`, { tellOwners: '1' });
          const row = await app.db.knex('previews').where({ id: preview.id }).first();
          assert.deepEqual([row.applied_at !== null, row.tells_owners], [true, Number(isOffered)]);
          await app.features.jobWorker.drain();
          await app.db.knex('domains').update({ mail_enabled: 1 });
        }
      } finally {
        await web.stop();
      }
      const told = (await queuedMails(app)).map(({ accountId }) => accountId);
      assert.deepEqual(told, [marie.accountId]);
    });

    it('see in the log what the mail leads to', async () => {
      await apply(scene.app.operator, true);
      const mails = await queuedMails(scene.app);
      const { acts } = scene.app.features;
      const maries = mails.find(({ accountId }) => accountId === scene.marie.accountId);
      const { act } = await acts.find(scene.marie.scope, Number(maries?.path.split('/').at(-1)));
      assert.equal(act.entries, 2);
    });
  });
}
