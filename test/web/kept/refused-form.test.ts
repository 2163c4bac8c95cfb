import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import { Scene, good, png } from '../../features/smtp-servers/scene.js';
import { addDomain } from '../../support/fixtures.js';
import { useOpenedEach } from '../../support/opened.js';

for (const engine of engines) {
  describe(`what a refused form does not show, on ${engine}`, () => {
    const scene = useOpenedEach(() => Scene.open(engine));
    const { password = '', ...shown } = good;
    const servers = async () => await scene.app.db.knex('smtp_servers').select('id');

    it('keeps a password and a logo until the form is right', async () => {
      const { paulsBrowser: paul, app, paul: viewer } = scene;
      await paul.get('/smtp-servers/new');
      const refused = await paul.send('/smtp-servers/new', { ...good, title: '' }, png);
      assert.equal(refused.status, 422);
      assert.ok(!refused.text.includes(password));
      assert.match(refused.text, /What you typed here has been kept/);
      assert.match(refused.text, /The picture that you chose has been kept/);
      assert.match(refused.text, /<img class="present-logo" src="data:image/);
      const still = await paul.post('/smtp-servers/new', {
        ...shown,
        title: '',
        kept: keptIn(refused.text),
      });
      assert.equal(still.status, 422);
      assert.equal((await app.db.knex('kept_forms')).length, 1);
      const saved = await paul.post('/smtp-servers/new', { ...shown, kept: keptIn(still.text) });
      assert.equal(saved.status, 303);
      const [{ id }] = await servers();
      const page = await app.features.smtpServers.page(viewer, id);
      assert.equal(page.server.hasSecret, true);
      assert.equal(typeof page.logo, 'object');
      assert.equal((await app.db.knex('kept_forms')).length, 0);
    });

    it('forgets a logo that is not wanted any more', async () => {
      const { paulsBrowser: paul, app, paul: viewer } = scene;
      await paul.get('/smtp-servers/new');
      const refused = await paul.send('/smtp-servers/new', { ...good, title: '' }, png);
      await paul.post('/smtp-servers/new', {
        ...shown,
        removeLogo: '1',
        kept: keptIn(refused.text),
      });
      const [{ id }] = await servers();
      assert.equal((await app.features.smtpServers.page(viewer, id)).logo, undefined);
    });

    it('gives a password to no other form', async () => {
      const { paulsBrowser: paul } = scene;
      const refused = await paul.post('/smtp-servers/new', { ...good, title: '' });
      const id = await scene.add(scene.paul);
      const other = await paul.post(`/smtp-servers/${id}`, {
        ...shown,
        version: '1',
        kept: keptIn(refused.text),
      });
      assert.equal(other.status, 422);
      assert.match(other.text, /no longer kept/);
    });

    it('says when a password is no longer kept, so that none is silently left out', async () => {
      const { paulsBrowser: paul, app } = scene;
      const refused = await paul.post('/smtp-servers/new', { ...good, title: '' });
      await app.db.knex('kept_forms').delete();
      const late = await paul.post('/smtp-servers/new', { ...shown, kept: keptIn(refused.text) });
      assert.equal(late.status, 422);
      assert.match(late.text, /no longer kept/);
      assert.equal((await servers()).length, 0);
    });

    it('keeps no password that is itself refused', async () => {
      const { paulsBrowser: paul } = scene;
      await addDomain(scene.app, 'paul.example', 'paul');
      const path = '/domains/paul.example/mailboxes/new';
      await paul.get(path);
      const short = await paul.post(path, { address: 'a@b@c', password: 'x' });
      assert.equal(short.status, 422);
      assert.equal(keptIn(short.text), '');
      const fine = await paul.post(path, { address: 'a@b@c', password: 'nine small lamps glow' });
      const saved = await paul.post(path, { address: 'anna', kept: keptIn(fine.text) });
      assert.equal(saved.status, 303, saved.text);
    });
  });
}

function keptIn(text: string): string {
  return /name="kept" value="([^"]*)"/.exec(text)?.[1] ?? '';
}
