import assert from 'node:assert/strict';
import { configInjections, naughtyStrings } from '../../addresses/vectors.js';
import { engines } from '../../support/app.js';
import type { Page, Visitor } from '../../support/visitor.js';
import { Scene, type Typed, good } from './scene.js';
import { useOpened } from '../../support/opened.js';

/** A locale key, which a page shows when a text is missing. */
const rawKey = /(errors|smtp-servers|sending|form|table)\.[a-z-]+(\.[a-z-]+)*</;

for (const engine of engines) {
  describe(`the pages of SMTP servers on ${engine}`, () => {
    const scene = useOpened(() => Scene.open(engine));
    let paul: Visitor;
    before(async () => {
      paul = scene.paulsBrowser;
    });

    const create = async (typed: Typed = {}): Promise<Page> => {
      await paul.get('/smtp-servers/new');
      return await paul.post('/smtp-servers/new', { ...good, ...typed });
    };
    const newest = async (): Promise<number> => {
      const row = await scene.app.db.knex('smtp_servers').max('id as id').first();
      return Number(row?.['id']);
    };
    const countServers = async (): Promise<number> =>
      (await scene.app.db.knex('smtp_servers')).length;

    it('say what to do while the list is empty', async () => {
      const { status, text } = await paul.get('/smtp-servers');
      assert.equal(status, 200);
      assert.match(text, /No SMTP servers yet/);
      assert.match(text, /href="\/smtp-servers\/new"/);
      assert.doesNotMatch(text, rawKey);
    });

    it('add a server, and list it with its fields', async () => {
      const page = await create({
        usage: 'custom',
        'service.sales': '1',
        'service.production': '1',
      });
      assert.match(page.location ?? '', /^\/smtp-servers\/\d+\/confirmation$/);
      await paul.post('/smtp-servers/columns', { choice: 'all' });
      const { text } = await paul.get('/smtp-servers');
      for (const shown of [
        'Office has been added',
        '>Office<',
        '>smtp.provider.example<',
        '>587<',
        '>STARTTLS (required)<',
        '>office@shop.example<',
        '>Production, Sales<',
        '>Not confirmed<',
        'title="Send the confirmation of Office"',
        'title="Test the connection of Office"',
      ]) {
        assert.ok(text.replaceAll('<wbr>', '').includes(shown), shown);
      }
      assert.doesNotMatch(text, rawKey);
    });

    it('report that a change requires another confirmation', async () => {
      for (const [typed, words] of [
        [{ address: 'other@shop.example' }, /Its address has changed: confirm it again/],
        [{ user: 'other', password: 'x' }, /its user has changed: confirm it again/],
        [{ title: 'Other' }, /Other has been saved\.</],
      ] as const) {
        const id = await scene.add(scene.paul);
        const confirmation = { state: 'confirmed', at: 1, outcome: undefined } as const;
        const { smtpServerStore } = scene.app.features;
        await smtpServerStore.setConfirmation(scene.app.db.knex, id, confirmation);
        const form = { ...good, password: '', version: '1', ...typed };
        await paul.get(`/smtp-servers/${id}`);
        const { location } = await paul.post(`/smtp-servers/${id}`, form);
        assert.match((await paul.get(location ?? '')).text, words);
      }
    });

    it('find servers by every shown text, without accents', async () => {
      await create({ title: 'Élégance', host: 'relay.other.example', senderName: 'Zoé' });
      for (const words of ['elegance', 'relay.oth', 'ZOE', 'shop.example elegance']) {
        const { text } = await paul.get(`/smtp-servers?q=${encodeURIComponent(words)}`);
        assert.match(text, />Élégance</, words);
        assert.doesNotMatch(text, />Office</, words);
      }
    });

    it('sort by every sortable column', async () => {
      for (const sort of ['id', 'title', 'host', 'address', 'confirmation']) {
        const page = await paul.get(`/smtp-servers?sort=${sort}&dir=desc&size=25`);
        assert.equal(page.status, 200, sort);
        assert.match(page.text, /aria-sort="descending"/, sort);
      }
    });

    it('never show a secret, whether accepted or rejected', async () => {
      await create({ title: 'Secretive' });
      const shown = await paul.get(`/smtp-servers/${await newest()}`);
      const refused = await create({ title: '', password: 'Typed-4Gwx71', refreshToken: 'tok-1' });
      assert.equal(refused.status, 422);
      for (const { text } of [shown, refused]) {
        assert.doesNotMatch(text, /Pa55|Typed-4Gwx71|tok-1|v1\./);
      }
      assert.match(shown.text, /Leave empty to keep/);
      assert.match(refused.text, /What you typed here has been kept/);
    });

    describe('answer 422 with the input and a message at the field', () => {
      const withToken = { authentication: 'xoauth2', oauthClientId: 'c', refreshToken: 't' };
      const refused: [field: string, typed: Typed, why: string][] = [
        ['title', { title: '' }, 'no title'],
        ['title', { title: 'x'.repeat(101) }, 'a long title'],
        ['title', { title: 'a\nb' }, 'a line break in the title'],
        ['title', { title: 'a\0b' }, 'NUL in the title'],
        ['host', { host: '' }, 'no host'],
        ['host', { host: 'localhost' }, 'a host without a dot'],
        ['host', { host: '127.1' }, 'an odd spelling of an address'],
        ['host', { host: '0x7f000001' }, 'an address in hexadecimal'],
        ['host', { host: '①②⑦.⓪.⓪.①' }, 'an address in circles'],
        ['host', { host: '127.0.0.1' }, 'this machine'],
        ['host', { host: 'https://[::1]:465/' }, 'this machine in a URL'],
        ['host', { host: '10.1.2.3' }, 'an internal address'],
        ['port', { host: 'smtp.example.com:25', port: '587' }, 'another port at the host'],
        ['host', { host: 'smtp.example.com\r\nRCPT TO:<x@y>' }, 'a command behind the host'],
        ['host', { host: `${'a'.repeat(64)}.example` }, 'a label of 64 characters'],
        ['port', { port: '' }, 'no port'],
        ['port', { port: '0' }, 'port 0'],
        ['port', { port: '65536' }, 'port 65536'],
        ['port', { port: '-1' }, 'a negative port'],
        ['port', { port: '58.7' }, 'a broken port'],
        ['port', { port: 'smtp' }, 'a port by name'],
        ['port', { port: '22' }, 'a port that is not allowed'],
        ['security', { security: 'ssl3' }, 'an unknown security'],
        ['authentication', { authentication: 'plain' }, 'an unknown authentication'],
        ['user', { user: '' }, 'no user'],
        ['user', { user: 'a\r\nb' }, 'a line break in the user'],
        ['user', { user: 'x'.repeat(321) }, 'a long user'],
        ['password', { password: '' }, 'no password'],
        ['password', { password: 'a\nb' }, 'a line break in the password'],
        ['password', { password: 'x'.repeat(1001) }, 'a long password'],
        ['oauthTokenUrl', { ...withToken, oauthTokenUrl: 'http://id.example/t' }, 'no https'],
        [
          'oauthTokenUrl',
          { ...withToken, oauthTokenUrl: 'https://u:p@id.example/' },
          'a login in it',
        ],
        ['oauthTokenUrl', { ...withToken, oauthTokenUrl: 'javascript:alert(1)' }, 'a script'],
        [
          'refreshToken',
          { ...withToken, refreshToken: '', oauthTokenUrl: 'https://id.example/' },
          'no token',
        ],
        ['address', { address: '' }, 'no address'],
        ['address', { address: 'office' }, 'no domain'],
        ['address', { address: 'a@b.example, c@d.example' }, 'two addresses'],
        ['address', { address: 'a@b.example\r\nBcc: x@y.example' }, 'a header behind the address'],
        ['senderName', { senderName: 'a\r\nBcc: x@y.example' }, 'a header behind the name'],
        ['senderName', { senderName: 'x'.repeat(201) }, 'a long name'],
        ['usage', { usage: 'everything' }, 'an unknown usage'],
        ['services', { usage: 'custom' }, 'no service'],
        ['services', { usage: 'custom', 'service.unknown': '1' }, 'an unknown service'],
        ['signature', { signature: 'x'.repeat(20_001) }, 'a long signature'],
      ];
      for (const [field, typed, why] of refused) {
        it(`for ${why} (${field})`, async () => {
          const before = await countServers();
          const page = await create({ senderName: 'Kept <shown>', ...typed });
          assert.equal(page.status, 422);
          assert.match(page.text, new RegExp(`id="${field}-error"`));
          assert.match(page.text, new RegExp(`href="#${field}"`));
          assert.doesNotMatch(page.text, rawKey);
          if (typed['senderName'] === undefined) {
            assert.match(page.text, /value="Kept &lt;shown&gt;"/);
          }
          assert.equal(await countServers(), before);
        });
      }

      it('for lists and objects in place of texts, and for an empty body', async () => {
        await paul.get('/smtp-servers/new');
        const pairs = Object.entries(good);
        for (const body of [[...pairs, ...pairs], [], [['title[x]', 'y']], [['__proto__', 'x']]]) {
          const page = await paul.post('/smtp-servers/new', body as [string, string][]);
          assert.equal(page.status, 422);
          assert.doesNotMatch(page.text, rawKey);
        }
      });

      it('in the language of the viewer', async () => {
        await scene.mariesBrowser.get('/smtp-servers/new');
        const page = await scene.mariesBrowser.post('/smtp-servers/new', { ...good, port: '22' });
        assert.match(page.text, /ne se connecte qu’à ces ports/);
        assert.doesNotMatch(page.text, rawKey);
      });
    });

    it('report when port and security disagree, but save them', async () => {
      const page = await create({ port: '465', security: 'starttls' });
      assert.equal(page.location, `/smtp-servers/${await newest()}`);
      const { text } = await paul.get(page.location ?? '');
      assert.match(text, /data-disagreement="tls-expected">/);
      assert.match(text, /data-disagreement="tls-unexpected" hidden>/);
    });

    it('escape naughty texts, or reject them', async () => {
      const texts = [...naughtyStrings(), ...configInjections()].filter((_, n) => n % 19 === 0);
      for (const text of texts) {
        const page = await create({ title: text, senderName: text, user: text, signature: text });
        assert.ok([303, 422].includes(page.status), `${text}: ${page.status}`);
        const shown =
          page.status === 422 ? page : await paul.get(`/smtp-servers/${await newest()}`);
        const preview = await paul.get(`/smtp-servers/preview?server=${await newest()}`);
        for (const { text: html } of [shown, preview]) {
          assert.doesNotMatch(html, /<script>alert|<img[^>]*onerror=|href="javascript/i, text);
        }
      }
    });

    it('answer 409 with the changes of others, and keep the input', async () => {
      await create({ title: 'Contested' });
      const id = await newest();
      await scene.change(scene.app.operator, id, {
        title: 'Changed',
        security: 'tls',
        port: '465',
        password: 'x',
      });
      await paul.get(`/smtp-servers/${id}`);
      const mine = { ...good, password: '', version: '1', title: 'Mine' };
      const page = await paul.post(`/smtp-servers/${id}`, mine);
      assert.equal(page.status, 409);
      assert.match(page.text, /Somebody else has changed Changed/);
      assert.match(page.text, /cli, /);
      assert.match(page.text, /Security:\s+TLS/);
      assert.match(page.text, /value="Mine"/);
      assert.match(page.text, /name="version" value="2"/);
      assert.doesNotMatch(page.text, rawKey);
      const again = await paul.post(`/smtp-servers/${id}`, {
        ...good,
        version: '2',
        title: 'Mine',
      });
      assert.equal(again.status, 303);
    });

    it('answer 404 to other accounts, and for invalid numbers', async () => {
      await create();
      const id = await newest();
      const { mariesBrowser: marie } = scene;
      await marie.get('/smtp-servers');
      const { text } = await marie.get('/smtp-servers?q=office');
      assert.doesNotMatch(text, />Office</);
      for (const one of [String(id), '1e3', '-1', '0', '9'.repeat(40)]) {
        for (const page of ['', '/confirmation', '/trial', '/removal']) {
          const path = `/smtp-servers/${one}${page}`;
          assert.equal((await marie.get(path)).status, 404, path);
          assert.equal((await marie.post(path, { ...good, version: '1' })).status, 404, path);
        }
        const preview = `/smtp-servers/preview?server=${one}`;
        assert.equal((await marie.get(preview)).status, 404, preview);
      }
    });

    it('are read-only where the plan withholds changes, and say so', async () => {
      const plan = scene.app.db.knex('plans').where({ id: scene.planId });
      const { permissions } = await plan.clone().first('permissions');
      await create();
      const path = `/smtp-servers/${await newest()}`;
      await plan.clone().update({ permissions: '[]' });
      for (const each of ['/smtp-servers', path]) {
        const { status, text } = await paul.get(each);
        assert.equal(status, 200);
        assert.match(text, /Your plan does not let you change SMTP servers/);
        assert.doesNotMatch(text, /href="\/smtp-servers\/new"|class="form-actions"/);
      }
      assert.equal((await paul.get('/smtp-servers/new')).status, 404);
      for (const each of [path, `${path}/confirmation`, `${path}/trial`, `${path}/removal`]) {
        assert.equal((await paul.post(each, good)).status, 403, each);
      }
      await plan.clone().update({ permissions });
    });
  });
}
