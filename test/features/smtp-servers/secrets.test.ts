import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import { refusedFields } from '../../support/refusals.js';
import { Scene } from './scene.js';
import { useOpened } from '../../support/opened.js';

for (const engine of engines) {
  describe(`the secrets of SMTP servers on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));

    const secretOf = (id: number) =>
      scene.app.features.smtpServerStore.secretOf(scene.app.db.knex, id);
    const find = (id: number) => scene.app.features.smtpServers.find(scene.marie, id);

    it('are kept while host, port and user stay, and deleted with the login', async () => {
      const id = await scene.add(scene.marie);
      await scene.change(scene.marie, id, { title: 'Other', authentication: 'cram-md5' });
      assert.deepEqual(await secretOf(id), { password: 'Pa55-of-office' });
      await scene.change(scene.marie, id, { password: 'another-one' });
      assert.deepEqual(await secretOf(id), { password: 'another-one' });
      await scene.change(scene.marie, id, { authentication: 'none', user: '' });
      assert.deepEqual(await secretOf(id), {});
      assert.equal((await find(id)).hasSecret, false);
    });

    for (const [name, value] of [
      ['host', 'smtp.evil.example'],
      ['port', '465'],
      ['user', 'somebody'],
    ] as const) {
      it(`must be typed again for another ${name}`, async () => {
        const id = await scene.add(scene.marie);
        const change = () => scene.change(scene.marie, id, { [name]: value });
        assert.deepEqual(await refusedFields(change), {
          password: 'smtp-servers.errors.type-again',
        });
        await scene.change(scene.marie, id, { [name]: value, password: 'again' });
        assert.deepEqual(await secretOf(id), { password: 'again' });
      });
    }

    it('must be typed again when no key decrypts them', async () => {
      const id = await scene.add(scene.marie);
      await scene.app.db.knex('smtp_servers').where({ id }).update({ secret: 'v1.00000000.AAAA' });
      const change = () => scene.change(scene.marie, id, { title: 'Other' });
      assert.deepEqual(await refusedFields(change), { password: 'errors.field.any.required' });
      await scene.change(scene.marie, id, { title: 'Other', password: 'again' });
      assert.deepEqual(await secretOf(id), { password: 'again' });
    });

    it('must be typed again for another token endpoint, which would receive them', async () => {
      const oauth = {
        authentication: 'xoauth2',
        oauthClientId: 'client',
        oauthTokenUrl: 'https://id.provider.example/token',
        clientSecret: 'c-secret',
        refreshToken: 'r-token',
      };
      const id = await scene.add(scene.marie, oauth);
      const same = { ...oauth, clientSecret: '', refreshToken: '' };
      await scene.change(scene.marie, id, { ...same, title: 'Other' });
      assert.deepEqual(await secretOf(id), { refreshToken: 'r-token', clientSecret: 'c-secret' });
      for (const moved of [
        { oauthTokenUrl: 'https://evil.example/token' },
        { oauthClientId: 'other' },
      ]) {
        const change = () => scene.change(scene.marie, id, { ...same, ...moved });
        assert.deepEqual(await refusedFields(change), {
          refreshToken: 'smtp-servers.errors.type-again',
        });
        const half = () =>
          scene.change(scene.marie, id, { ...same, ...moved, refreshToken: 'new' });
        assert.deepEqual(await refusedFields(half), {
          clientSecret: 'smtp-servers.errors.type-again',
        });
      }
    });

    it('never appear in the audit log', async () => {
      await scene.change(scene.marie, await scene.add(scene.marie), { password: 'new-password' });
      const entries = await scene.app.db.knex('audit_entries');
      assert.doesNotMatch(
        JSON.stringify(entries),
        /Pa55|another-one|new-password|c-secret|r-token|v1\./,
      );
    });
  });
}
