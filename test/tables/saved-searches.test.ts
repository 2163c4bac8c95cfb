import assert from 'node:assert/strict';
import { engines } from '../support/app.js';
import { addAccount, addDomain } from '../support/fixtures.js';
import { useServedAppEach } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';

for (const engine of engines) {
  describe(`saved searches on ${engine}`, () => {
    const { app, web } = useServedAppEach(engine);
    let root: Visitor;
    let marie: Visitor;

    beforeEach(async () => {
      const marieId = await addAccount(app, 'marie');
      await addDomain(app, 'marie.example', 'marie');
      const rootId = await addAccount(app, 'root', { role: 'administrator' });
      root = await Visitor.signedIn(web, app, rootId);
      marie = await Visitor.signedIn(web, app, marieId);
    });

    it('keep the search, the filters and the order, but not the page', async () => {
      const query = '?q=mar&mail=on&sort=created&dir=desc&before=end';
      const { status, location } = await save(root, { query, name: ' With mail\n' });
      assert.equal(status, 303);
      assert.equal(location, '/domains?q=mar&mail=on&sort=created&dir=desc&before=end');
      assert.deepEqual(await saved(root), {
        'With mail': '/domains?q=mar&mail=on&sort=created&dir=desc',
      });
      const { text } = await root.get('/domains?q=mar&mail=on&sort=created&dir=desc');
      assert.match(text, /aria-current="true">With mail/);
      assert.deepEqual(await saved(root, '/accounts'), {}, 'each list has its own');
    });

    it('replace one of the same name, and are called what they search for without a name', async () => {
      await save(root, { query: '?q=one', name: 'Mine' });
      await save(root, { query: '?q=two', name: 'Mine' });
      await save(root, { query: '?mail=off', name: '' });
      assert.deepEqual(await saved(root), {
        'Mail service: Off': '/domains?mail=off',
        Mine: '/domains?q=two',
      });
    });

    it('are one’s own, unless an administrator shares them', async () => {
      await save(root, { query: '?q=own', name: 'Own' });
      await save(root, { query: '?mail=off', name: 'Shared', shared: '1' });
      await save(marie, { query: '?q=hers', name: 'Hers', shared: '1' });
      assert.deepEqual(Object.keys(await saved(marie)), ['Hers', 'Shared']);
      assert.deepEqual(Object.keys(await saved(root)), ['Own', 'Shared']);
    });

    it('are hidden where one of their filters cannot be used', async () => {
      await save(root, { query: '?owner=marie', name: 'Of Marie', shared: '1' });
      assert.deepEqual(await saved(marie), {}, 'she may not pick accounts');
      await save(root, { query: '?mail=off', name: 'Off', shared: '1' });
      await app.db
        .knex('saved_searches')
        .where({ name: 'Off' })
        .update({ query: '?gone=1&mail=off' });
      assert.deepEqual(Object.keys(await saved(root)), ['Of Marie']);
    });

    it('are removed by their owners, and shared ones by administrators', async () => {
      await save(root, { query: '?q=own', name: 'Own' });
      await save(root, { query: '?mail=off', name: 'Shared', shared: '1' });
      await save(marie, { query: '?q=hers', name: 'Hers' });
      const ids = await idsByName();
      for (const name of ['Own', 'Shared']) {
        await save(marie, { remove: String(ids[name]) });
      }
      await save(root, { remove: String(ids['Hers']) });
      await save(root, { remove: String(ids['Shared']) }, '/accounts');
      assert.equal((await save(root, { remove: 'x' })).status, 404);
      assert.deepEqual(Object.keys(await idsByName()), ['Own', 'Shared', 'Hers']);
      await save(root, { remove: String(ids['Shared']) });
      await save(marie, { remove: String(ids['Hers']) });
      assert.deepEqual(Object.keys(await idsByName()), ['Own']);
    });

    it('are at most fifty for a list, and any text is a name', async () => {
      for (let number = 1; number <= 49; number += 1) {
        await save(marie, { query: `?q=${number}`, name: `Search ${number}` });
      }
      const hostile = `<b onclick="x">'&${'😀'.repeat(80)}`;
      assert.equal((await save(marie, { query: '?q=x', name: hostile })).status, 303);
      assert.doesNotMatch((await marie.get('/domains')).text, /<b onclick/);
      const { status, text } = await save(marie, { query: '?q=y', name: 'One more' });
      assert.equal(status, 409);
      assert.match(text, /You have saved 50 searches/);
      assert.equal((await save(marie, { query: '?q=z', name: 'Search 1' })).status, 303);
    });

    it('are at most fifty also if they are saved at once', async () => {
      const numbers = Array.from({ length: 60 }, (_none, number) => number);
      const saving = numbers.map((number) =>
        save(marie, { query: `?q=${number}`, name: `${number}` }),
      );
      const refused = (await Promise.all(saving)).filter(({ status }) => status === 409);
      assert.equal(refused.length, 10);
      assert.equal(Object.keys(await idsByName()).length, 50);
    });

    const idsByName = async (): Promise<Record<string, number>> => {
      const rows: { id: number; name: string }[] = await app.db
        .knex('saved_searches')
        .orderBy('id');
      return Object.fromEntries(rows.map(({ id, name }) => [name, id]));
    };
  });
}

const save = (visitor: Visitor, fields: Record<string, string>, list = '/domains') =>
  visitor.post(`${list}/searches`, fields);

/** The links of a list's saved searches, by name. */
async function saved(visitor: Visitor, list = '/domains'): Promise<Record<string, string>> {
  const { text } = await visitor.get(list);
  const menu = /saved-searches">([^]*?)<\/details>/.exec(text)?.[1] ?? '';
  const links = [...menu.matchAll(/<a href="([^"]+)"[^>]*>([^<]*)</g)];
  return Object.fromEntries(
    links.map(([, href = '', name = '']) => [name.trim(), href.replaceAll('&amp;', '&')]),
  );
}
