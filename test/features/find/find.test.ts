import assert from 'node:assert/strict';
import { DomainName } from '../../../plugin/addresses/index.js';
import { newAliasForm, newMailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import { parseForm } from '../../../plugin/web/forms.js';
import { type TestApp, type TestWeb, engines, startTestWeb } from '../../support/app.js';
import { addAccount, addDomain } from '../../support/fixtures.js';
import { useTestApp } from '../../support/opened.js';
import { Visitor } from '../../support/visitor.js';

for (const engine of engines) {
  describe(`the search over everything on ${engine}`, () => {
    const app = useTestApp(engine);
    let web: TestWeb;
    let root: Visitor;
    let north: Visitor;
    let marie: Visitor;
    let northId: number;
    let otherId: number;
    let anna: number;
    let otto: number;
    let aliasId: number;

    before(async () => {
      web = await startTestWeb(app);
      const rootId = await addAccount(app, 'root', { role: 'administrator' });
      northId = await addAccount(app, 'north', { role: 'reseller', name: 'Meyer Hosting' });
      const marieId = await addAccount(app, 'marie', { parentId: northId, name: 'Marie Curie' });
      otherId = await addAccount(app, 'other', { name: 'Otto Meyer' });
      await addDomain(app, 'bücher.example', 'marie');
      await addDomain(app, 'other.example', 'other');
      anna = await addMailbox(app, 'a.lovenich@bücher.example', 'Anna Méyer');
      otto = await addMailbox(app, 'boss@other.example', 'Otto Meyerhold');
      const sales = newAliasForm(DomainName.parse('bücher.example'));
      aliasId = await app.features.aliases.create(
        app.operator,
        'bücher.example',
        parseForm(sales, { address: 'sales', targets: 'a.lovenich@bücher.example' }),
      );
      root = await Visitor.signedIn(web, app, rootId);
      north = await Visitor.signedIn(web, app, northId);
      marie = await Visitor.signedIn(web, app, marieId);
    });
    after(() => web.stop());

    it('finds mailboxes by any word of their owner’s name or address, in any case and without accents', async () => {
      const ofAnna = [`/domains/xn--bcher-kva.example/mailboxes/${anna}`];
      for (const text of [
        'anna',
        'MEYER',
        'anna meyer',
        'meyer an',
        'lövenich',
        'LOVENICH',
        'a.lovenich@bücher.example',
        'meyer bücher',
      ]) {
        const paths = (await found(marie, text)).filter((path) => path.includes('/mailboxes/'));
        assert.deepEqual(paths, ofAnna, text);
      }
      assert.deepEqual(await found(marie, 'meyer otto'), []);
    });

    it('finds things of every kind, then pages', async () => {
      assert.deepEqual(await found(root, 'meyer'), [
        '/domains/other.example/mail-settings',
        `/domains/xn--bcher-kva.example/mailboxes/${anna}`,
        `/domains/other.example/mailboxes/${otto}`,
        `/accounts/${northId}`,
        `/accounts/${otherId}`,
      ]);
      assert.deepEqual(await found(marie, 'sales'), [
        `/domains/xn--bcher-kva.example/aliases/${aliasId}`,
      ]);
      assert.deepEqual(await found(root, 'settings'), ['/settings']);
      assert.deepEqual(await found(marie, 'settings'), []);
    });

    it('finds nothing outside of the viewer’s scope and permissions', async () => {
      for (const text of ['otto', 'other', 'boss', 'boss@other.example', 'meyerhold']) {
        assert.deepEqual(await found(marie, text), [], text);
        assert.deepEqual(await found(north, text), [], text);
        assert.notDeepEqual(await found(root, text), [], text);
      }
      const none = await marie.get('/find?text=curie');
      assert.doesNotMatch(none.text, /\/accounts\//);
    });

    it('follows changes of a mailbox’s name, and its removal', async () => {
      const { mailboxes } = app.features;
      const path = `/domains/other.example/mailboxes/${otto}`;
      const { mailbox } = await mailboxes.page(app.operator, 'other.example', otto);
      await mailboxes.change(app.operator, 'other.example', otto, {
        ...mailbox,
        displayName: 'Olga Petit',
      });
      assert.deepEqual(await found(root, 'meyerhold'), []);
      assert.deepEqual(await found(root, 'petit'), [path]);
      await mailboxes.remove(app.operator, 'other.example', otto);
      assert.deepEqual(await found(root, 'petit'), []);
      assert.deepEqual(await app.db.knex('mailbox_words').where({ id: otto }), []);
    });

    it('escapes what was typed, and accepts any text', async () => {
      for (const text of [
        '<script>',
        '"',
        "'",
        '%',
        '_',
        '\u0000',
        '@',
        '  ',
        'é'.repeat(400),
        '()*"',
      ]) {
        const page = await root.get(`/find?text=${encodeURIComponent(text)}`);
        assert.equal(page.status, 200, text);
        assert.doesNotMatch(page.text, /<script>(?!<)/, text);
      }
      assert.equal((await root.get('/find?text=a&text=b')).status, 200);
    });
  });
}

async function addMailbox(app: TestApp, address: string, displayName: string): Promise<number> {
  const [localPart = '', domain = ''] = address.split('@');
  const form = parseForm(newMailboxForm(DomainName.parse(domain)), {
    address: localPart,
    displayName,
    password: 'seven tall herons wading',
  });
  return await app.features.mailboxes.create(app.operator, domain, form);
}

/** The paths that a search links to. */
async function found(visitor: Visitor, text: string): Promise<readonly string[]> {
  const { status, text: html } = await visitor.get(`/find?text=${encodeURIComponent(text)}`);
  assert.equal(status, 200);
  const list = html.split('id="found"')[1]?.split('find-keys')[0] ?? '';
  return [...list.matchAll(/href="([^"?]+)/g)].map(([, path = '']) => path);
}
