import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import { addAccount } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';
import { Scene, good } from './scene.js';
import { useOpened } from '../../support/opened.js';

const list = '/settings/services';
const support = { key: 'support', nameEn: 'Support', nameFr: 'Assistance' };

for (const engine of engines) {
  describe(`the services that mail is sent for, on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    let admin: Visitor;
    before(async () => {
      const id = await addAccount(scene.app, 'root', { role: 'administrator', locale: 'en' });
      admin = await Visitor.signedIn(scene.web, scene.app, id);
    });

    it('include purchasing, sales and production, and those that an administrator adds', async () => {
      assert.match((await admin.get(list)).text, /Purchasing[\s\S]*Sales[\s\S]*Production/);
      assert.equal((await admin.fill(list, support)).location, list);
      const { text } = await admin.get(list);
      assert.match(text, /href="\/settings\/services\/support">Support</);
      assert.doesNotMatch(text, /services\/sales/);
    });

    it('are offered in the viewer’s language', async () => {
      const [marie, paul] = [scene.mariesBrowser, scene.paulsBrowser];
      assert.match((await marie.get('/smtp-servers/new')).text, />Assistance</);
      assert.match((await paul.get('/smtp-servers/new')).text, />Support</);
      await marie.get('/smtp-servers/new');
      const typed = { ...good, usage: 'custom', 'service.support': '1', 'service.sales': '1' };
      assert.equal((await marie.post('/smtp-servers/new', typed)).status, 303);
      assert.match((await marie.get('/smtp-servers')).text, />Ventes, Assistance</);
    });

    it('are all listed by name, whatever their names and number', async () => {
      const { sendingServices } = scene.app.features;
      const others = Array.from({ length: 12 }, (_, index) => `other-${index}`);
      await sendingServices.create(scene.app.operator, {
        key: 'key-account',
        nameEn: 'sales',
        nameFr: 'sales',
      });
      for (const key of others) {
        const name = `${key} ${'é'.repeat(80)}`;
        await sendingServices.create(scene.app.operator, { key, nameEn: name, nameFr: name });
      }
      await scene.paulsBrowser.get('/smtp-servers/new');
      const chosen = ['key-account', ...others].map((key) => [`service.${key}`, '1']);
      const typed = { ...good, usage: 'custom', ...Object.fromEntries(chosen) };
      assert.equal((await scene.paulsBrowser.post('/smtp-servers/new', typed)).status, 303);
      const { text } = await scene.paulsBrowser.get('/smtp-servers');
      assert.match(text, />sales, other-0 é+, other-1 é+, .*, other-9 é{80}</);
    });

    it('are renamed, and cannot be removed while SMTP servers use them', async () => {
      const one = `${list}/support`;
      await admin.fill(one, { nameFr: 'Aide' });
      assert.match((await scene.mariesBrowser.get('/smtp-servers')).text, />Ventes, Aide</);
      assert.match((await admin.get(`${one}/removal`)).text, /1 SMTP server uses this service/);
      await admin.get(list);
      assert.equal((await admin.post(`${one}/removal`)).status, 409);
      await scene.app.db.knex('smtp_server_services').where({ service: 'support' }).delete();
      assert.equal((await admin.post(`${one}/removal`)).location, list);
      assert.equal((await admin.get(one)).status, 404);
      const actions: string[] = await scene.app.db
        .knex('audit_entries')
        .where({ subject: 'support' })
        .orderBy('id')
        .pluck('action');
      assert.deepEqual(actions, [
        'sending-service.created',
        'sending-service.changed',
        'sending-service.removed',
      ]);
    });

    const refused: [field: string, typed: object, why: string][] = [
      ['key', { key: '' }, 'no key'],
      ['key', { key: 'sales' }, 'an existing key'],
      ['key', { key: '1st' }, 'a leading digit'],
      ['key', { key: 'a b' }, 'a space'],
      ['key', { key: 'x'.repeat(41) }, 'a long key'],
      ['nameEn', { nameEn: '' }, 'no name'],
      ['nameFr', { nameFr: 'a, b' }, 'a comma, which stands between names'],
      ['nameFr', { nameFr: 'x'.repeat(101) }, 'a long name'],
    ];
    for (const [field, typed, why] of refused) {
      it(`are rejected for ${why}`, async () => {
        await admin.get(list);
        const page = await admin.post(list, { ...support, ...typed });
        assert.equal(page.status, 422);
        assert.match(page.text, new RegExp(`id="${field}-error"`));
      });
    }

    it('are rejected with a key that exists', async () => {
      await admin.get(list);
      assert.equal((await admin.post(list, { ...support, key: 'twice' })).status, 303);
      await admin.get(list);
      assert.equal((await admin.post(list, { ...support, key: 'twice' })).status, 422);
    });

    it('are managed by administrators only', async () => {
      for (const path of [list, `${list}/twice`, `${list}/twice/removal`]) {
        assert.equal((await scene.paulsBrowser.get(path)).status, 404);
        assert.equal((await scene.paulsBrowser.post(path, support)).status, 403);
      }
      for (const key of ['sales', 'nothing', 'x%2fy']) {
        assert.equal((await admin.get(`${list}/${key}`)).status, 404, key);
      }
    });
  });
}
