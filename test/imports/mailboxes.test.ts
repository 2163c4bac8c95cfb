import assert from 'node:assert/strict';
import { hashPassword, passwordMatches } from '../../plugin/secrets/passwords.js';
import { Scene, goodPassword } from '../features/mailboxes/scene.js';
import { engines } from '../support/app.js';
import { useOpenedEach } from '../support/opened.js';
import { applied, linesOf, previewOfFile } from './importing.js';

for (const engine of engines) {
  describe(`importing mailboxes on ${engine}`, () => {
    const scene = useOpenedEach(() => Scene.withBoxes(engine));

    it('shows what each line would do, and creates what is new', async () => {
      const hash = await hashPassword(goodPassword);
      const lines = [
        'Mot de passe;Adresse;NOM;Quota (Mo);Couleur',
        `${goodPassword};anna@marie.example;Anna;512;red`,
        `${hash};bert@marie.example;Bert;;`,
        ';carl@marie.example;Carl;;',
        `${goodPassword};dora@paul.example;Dora;;`,
        `${goodPassword};anna@marie.example;Other;;`,
        `${goodPassword};eva@marie.example;Eva;many;`,
        `short;fred@@marie.example;Fred;;`,
        ';box@marie.example;;;',
        ';box@marie.example;;;',
        '{MD5}x;gina@marie.example;Gina;many;',
      ];
      const preview = await previewOfFile(scene.app, scene.marie, 'mailboxes', { lines });
      assert.deepEqual(preview.counts, { 'will-change': 2, 'already-so': 1, refused: 7 });
      assert.deepEqual(await linesOf(scene.app, preview), [
        { name: 'anna@marie.example', kind: 'will-change', why: {} },
        { name: 'bert@marie.example', kind: 'will-change', why: {} },
        {
          name: 'carl@marie.example',
          kind: 'refused',
          why: { password: 'imports.errors.no-password' },
        },
        {
          name: 'dora@paul.example',
          kind: 'refused',
          why: { address: 'errors.domain-not-found' },
        },
        { name: 'anna@marie.example', kind: 'refused', why: { line: 'imports.errors.repeated' } },
        {
          name: 'eva@marie.example',
          kind: 'refused',
          why: { quotaMegabytes: 'mailboxes.errors.quota' },
        },
        {
          name: 'fred@@marie.example',
          kind: 'refused',
          why: {
            address: 'errors.address.mailbox-at',
            password: 'errors.field.string.min',
          },
        },
        { name: 'box@marie.example', kind: 'already-so', why: {} },
        { name: 'box@marie.example', kind: 'refused', why: { line: 'imports.errors.repeated' } },
        {
          name: 'gina@marie.example',
          kind: 'refused',
          why: {
            password: 'imports.errors.hash-scheme',
            quotaMegabytes: 'mailboxes.errors.quota',
          },
        },
      ]);
      const result = await applied(scene.app, scene.marie, preview);
      assert.equal(result.changed, 2);
      const anna = await scene.mailboxRow('anna@marie.example');
      assert.equal(anna?.display_name, 'Anna');
      assert.equal(anna.quota_bytes, 512 * 1024 ** 2);
      assert.ok(await passwordMatches(goodPassword, anna.password_hash));
      assert.equal((await scene.mailboxRow('bert@marie.example'))?.password_hash, hash);
      assert.equal(await scene.mailboxRow('dora@paul.example'), undefined);
      assert.deepEqual(
        (await scene.audited('anna@marie.example')).map(({ action }) => action),
        ['mailbox.created'],
      );
    });

    it('leaves the addresses of removed ones to them', async () => {
      const row = await scene.mailboxRow('box@marie.example');
      const { mailboxes } = scene.app.features;
      await mailboxes.remove(scene.marie, 'marie.example', row?.id ?? 0);
      const lines = ['address,password', `box@marie.example,${goodPassword}`];
      const preview = await previewOfFile(scene.app, scene.marie, 'mailboxes', { lines });
      assert.deepEqual(await linesOf(scene.app, preview), [
        {
          name: 'box@marie.example',
          kind: 'refused',
          why: { address: 'removed.errors.reserved' },
        },
      ]);
    });

    it('changes only what the file has, and only when it is asked to', async () => {
      const lines = ['address,quota,password,name', `box@marie.example,512,${goodPassword}x,`];
      const refused = await previewOfFile(scene.app, scene.marie, 'mailboxes', { lines });
      assert.deepEqual(
        (await linesOf(scene.app, refused)).map(({ why }) => why),
        [{ address: 'imports.errors.exists-otherwise' }],
      );
      const before = await scene.mailboxRow('box@marie.example');
      const options = { changes: true };
      const preview = await previewOfFile(scene.app, scene.marie, 'mailboxes', { lines, options });
      assert.equal((await applied(scene.app, scene.marie, preview)).changed, 1);
      const after = await scene.mailboxRow('box@marie.example');
      assert.ok(await passwordMatches(`${goodPassword}x`, after?.password_hash));
      assert.deepEqual(
        [after?.quota_bytes, after?.display_name, after?.imap],
        [512 * 1024 ** 2, before?.display_name, before?.imap],
      );
    });
  });
}
