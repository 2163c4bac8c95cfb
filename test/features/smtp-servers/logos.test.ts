import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { TooManyRequestsError } from '../../../plugin/errors.js';
import { readLogo } from '../../../plugin/features/smtp-servers/logo.js';
import { engines } from '../../support/app.js';
import { Scene, png } from './scene.js';
import { useOpened } from '../../support/opened.js';

for (const engine of engines) {
  describe(`the logos of SMTP servers on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));

    it('have a logo until it is removed', async () => {
      const id = await scene.add(scene.marie, {}, png);
      const { smtpLogos } = scene.app.features;
      assert.deepEqual(await smtpLogos.of(id), await readLogo(png));
      await scene.change(scene.marie, id, { title: 'Kept' });
      assert.notEqual(await smtpLogos.of(id), undefined);
      await scene.change(scene.marie, id, { removeLogo: '1' });
      assert.equal(await smtpLogos.of(id), undefined);
      assert.deepEqual(await scene.audited(id), [
        'smtp-server.created',
        'smtp-server.changed',
        'smtp-server.changed',
        'smtp-server.logo-changed',
      ]);
    });

    it('redraw a logo stored as uploaded when it is first needed', async () => {
      const id = await scene.add(scene.marie);
      const { smtpLogos } = scene.app.features;
      const rows = (): Knex.QueryBuilder =>
        scene.app.db.knex('smtp_server_logos').where({ server_id: id });
      await rows().insert({ server_id: id, type: 'image/png', content: png });
      const drawn = await readLogo(png);
      assert.deepEqual(await smtpLogos.of(id), drawn);
      const stored = await rows().first();
      assert.deepEqual(stored, { server_id: id, refusal: null, ...Object(drawn) });
    });

    it('keep a stored logo that cannot be drawn, send mail without it, and report it', async () => {
      const id = await scene.add(scene.marie);
      const { smtpLogos } = scene.app.features;
      const content = png.subarray(0, 8);
      await scene.app.db
        .knex('smtp_server_logos')
        .insert({ server_id: id, type: 'image/png', content });
      assert.equal(await smtpLogos.of(id), undefined);
      assert.equal(await smtpLogos.stored(id), 'logo-damaged');
      const row = await scene.app.db.knex('smtp_server_logos').where({ server_id: id }).first();
      assert.deepEqual(row.content, content);
      const page = await scene.mariesBrowser.get(`/smtp-servers/${id}`);
      assert.match(page.text, /Le logo actuel est illisible/);
      await scene.change(scene.marie, id, { removeLogo: '1' });
      assert.equal(await smtpLogos.stored(id), undefined);
    });

    it('limit how many logos are drawn', async () => {
      const { smtpServers } = scene.app.features;
      const file = Buffer.from('%PDF-1.7');
      for (let drawn = 0; drawn < 60; drawn += 1) {
        assert.equal(await smtpServers.readLogo(scene.paul, file), 'logo-type');
      }
      await assert.rejects(smtpServers.readLogo(scene.paul, file), TooManyRequestsError);
    });
  });
}
