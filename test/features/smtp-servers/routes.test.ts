import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import { Scene, good } from './scene.js';

for (const engine of engines) {
  describe(`the pages of SMTP servers on ${engine}`, () => {
    let scene: Scene;
    before(async () => {
      scene = await Scene.open(engine);
    });
    after(() => scene.close());

    it('walk', async () => {
      const { mariesBrowser: marie } = scene;
      let page = await marie.get('/smtp-servers');
      assert.equal(page.status, 200, page.text);
      page = await marie.get('/smtp-servers/new');
      assert.equal(page.status, 200, page.text);
      page = await marie.post('/smtp-servers/new', good);
      assert.equal(page.status, 303, page.text);
      page = await marie.get('/smtp-servers');
      const id = /smtp-servers\/(\d+)"/.exec(page.text)?.[1];
      for (const p of ['', '/confirmation', '/trial', '/removal']) {
        page = await marie.get(`/smtp-servers/${id}${p}`);
        assert.equal(page.status, 200, page.text);
      }
      page = await marie.get(`/smtp-servers/preview?server=${id}`);
      page = await marie.post(`/smtp-servers/${id}/trial`);
      assert.equal(page.status, 200);
      assert.equal((await marie.get('/confirmations/x')).status, 410);
      page = await marie.post(`/smtp-servers/${id}`, {
        ...good,
        version: '1',
        password: '',
        title: 'New',
      });
      assert.equal(page.status, 303, page.text);
      page = await marie.post(`/smtp-servers/${id}/removal`);
      assert.equal(page.status, 303, page.text);
    });
  });
}
