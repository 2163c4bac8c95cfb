import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import { configInjections, naughtyStrings } from '../../addresses/vectors.js';
import type { Page } from '../../support/visitor.js';
import { Pages, naughtyAddresses, rawKey } from './pages.js';
import { goodPassword } from './scene.js';
import { useOpened } from '../../support/opened.js';

type Fields = Readonly<Record<string, string>>;

const list = '/domains/marie.example/mailboxes';
const good = { address: 'good', password: goodPassword, quotaMegabytes: '', imap: '1' };

for (const engine of engines) {
  describe(`the pages of mailboxes on ${engine}`, () => {
    const pages = useOpened(() => Pages.open(engine));

    const create = async (fields: Fields): Promise<Page> => {
      await pages.marie.get(`${list}/new`);
      return await pages.marie.post(`${list}/new`, { ...good, ...fields });
    };
    const idOf = async (name: string): Promise<number> => {
      const row = await pages.scene.mailboxRow(`${name}@marie.example`);
      return Number(row?.id);
    };

    it('say what to do while the list is empty', async () => {
      const { status, text } = await pages.marie.get(list);
      assert.equal(status, 200);
      assert.match(text, /No mailboxes in this domain yet/);
      assert.match(text, new RegExp(`href="${list}/new"`));
      assert.doesNotMatch(text, rawKey);
    });

    it('add a mailbox, and list it with its fields', async () => {
      const page = await create({ address: 'HELENE@Marie.Example' });
      assert.equal(page.status, 303);
      assert.equal(page.location, list);
      const { text } = await pages.marie.get(list);
      assert.match(text, /helene@marie\.example has been added/);
      assert.match(text, /1 mailbox</);
      assert.match(text, />IMAP</);
      assert.match(text, />No limit</);
      assert.match(text, />Active</);
    });

    it('find mailboxes by name without accents, within the domain', async () => {
      await create({ address: 'search1', displayName: 'Zoé Ångström' });
      await pages.scene.addMailbox(pages.scene.marie, 'search2@bücher.example', {
        displayName: 'Zoé Elsewhere',
      });
      const { text } = await pages.marie.get(`${list}?q=zoe`);
      assert.match(text, /search1@/);
      assert.doesNotMatch(text, /search2@|helene@/);
      const other = await pages.marie.get('/domains/bücher.example/mailboxes?q=ZOÉ');
      assert.match(other.text, /search2@bücher\.example/);
      assert.doesNotMatch(other.text, /search1@/);
    });

    it('sort and page within the domain', async () => {
      for (const sort of ['address', 'name', 'quota', 'status']) {
        const down = await pages.marie.get(`${list}?sort=${sort}&dir=desc&size=25`);
        assert.equal(down.status, 200);
        assert.doesNotMatch(down.text, /bücher\.example\/mailboxes\/|search2@/);
      }
    });

    it('never show a password, whether accepted or refused', async () => {
      await create({ address: 'secretive' });
      const id = await idOf('secretive');
      const shown = await pages.marie.get(`${list}/${id}`);
      const refused = await create({ address: '', password: 'Typed-4Gwx71-here' });
      assert.equal(refused.status, 422);
      for (const { text } of [shown, refused]) {
        assert.doesNotMatch(text, /tR4v8|Typed-4Gwx71|argon2/i);
      }
      assert.match(refused.text, /What you typed here has been kept/);
    });

    describe('answer 422 with the input and a message at the field', () => {
      for (const [why, address] of naughtyAddresses) {
        it(`for an address that is ${why}`, async () => {
          const before = await pages.stored();
          const page = await create({ address, displayName: 'Kept & <shown>' });
          assert.equal(page.status, 422);
          assert.match(page.text, /id="address-error"/);
          assert.match(
            page.text,
            /value="Kept &#38; &lt;shown&gt;"|value="Kept &amp; &lt;shown&gt;"/,
          );
          assert.doesNotMatch(page.text, rawKey);
          assert.doesNotMatch(page.text, /<script>alert/);
          assert.deepEqual(await pages.stored(), before, 'nothing is saved');
        });
      }

      const refused: [field: string, value: string, why: string][] = [
        ['password', '', 'no password'],
        ['password', 'short', 'a short password'],
        ['password', 'x'.repeat(257), 'a password of 257 characters'],
        ['password', 'line one\nline two', 'a line break in it'],
        ['password', 'nul\0nul\0nul-xyz', 'NUL in it'],
        ['password', 'marie.example', 'the domain as password'],
        ['password', 'password2024', 'a common password'],
        ['displayName', 'x'.repeat(201), 'a name of 201 characters'],
        ['displayName', 'one\ntwo', 'a line break in the name'],
        ['displayName', 'a\0b', 'NUL in the name'],
        ['quotaMegabytes', '-1', 'less than nothing'],
        ['quotaMegabytes', '1.5', 'half a megabyte'],
        ['quotaMegabytes', 'much', 'no number'],
        ['quotaMegabytes', '1e9', 'an exponent'],
        ['quotaMegabytes', 'Infinity', 'infinity'],
        ['quotaMegabytes', '9'.repeat(30), 'more than any disk'],
        ['imap', 'maybe', 'neither yes nor no'],
      ];
      for (const [field, value, why] of refused) {
        it(`for ${why}`, async () => {
          const page = await create({ [field]: value });
          assert.equal(page.status, 422);
          assert.match(page.text, new RegExp(`id="${field}-error"`));
          assert.doesNotMatch(page.text, rawKey);
          assert.equal(await idOf('good'), Number.NaN);
        });
      }

      it('for lists and objects in place of texts', async () => {
        await pages.marie.get(`${list}/new`);
        const twice = await pages.marie.post(`${list}/new`, [
          ...Object.entries(good),
          ...Object.entries(good),
        ]);
        assert.equal(twice.status, 422);
        for (const field of ['address', 'password', 'imap', 'quotaMegabytes']) {
          assert.match(twice.text, new RegExp(`id="${field}-error"`));
        }
        assert.doesNotMatch(twice.text, rawKey);
        const nested = await pages.marie.post(`${list}/new`, {
          'address[toString]': 'x',
          '__proto__[imap]': '1',
          'password[]': goodPassword,
        });
        assert.equal(nested.status, 422);
        assert.match(nested.text, /id="address-error"/);
        assert.match(nested.text, /id="password-error"/);
      });

      it('for an empty body', async () => {
        await pages.marie.get(`${list}/new`);
        assert.equal((await pages.marie.post(`${list}/new`)).status, 422);
      });

      it('in the language of the viewer', async () => {
        const french = { 'accept-language': 'fr' };
        await pages.marie.get(`${list}/new`, french);
        const page = await pages.marie.post(
          `${list}/new`,
          { address: 'é', quotaMegabytes: 'x', password: 'court' },
          french,
        );
        assert.match(page.text, /ni accent ni lettre/);
        assert.match(page.text, /Saisissez un nombre entier de mégaoctets/);
        assert.match(page.text, /Au moins 10 caractères/);
        assert.doesNotMatch(page.text, rawKey);
      });
    });

    it('escape naughty names, or reject them', async () => {
      const { marie } = pages;
      await create({ address: 'naughty' });
      const id = await idOf('naughty');
      const texts = [...naughtyStrings(), ...configInjections()].filter((_, n) => n % 9 === 0);
      for (const displayName of texts) {
        const { text } = await marie.get(`${list}/${id}`);
        assert.doesNotMatch(text, /<script>alert|onerror=alert\(1\)>/i);
        const version = /name="version" value="(\d+)"/.exec(text)?.[1] ?? '';
        const page = await marie.post(`${list}/${id}`, { version, displayName });
        assert.ok([303, 422].includes(page.status), `${displayName}: ${page.status}`);
        assert.doesNotMatch(page.text, /<script>alert|onerror=alert\(1\)>/i);
      }
    });

    it('answer 409 with the changes of others, and keep the input', async () => {
      await create({ address: 'contested', displayName: 'One' });
      const id = await idOf('contested');
      await pages.marie.get(`${list}/${id}`);
      await pages.scene.setMailbox(pages.scene.app.operator, 'contested@marie.example', {
        displayName: 'Two',
        quotaMegabytes: '512',
        imap: '1',
      });
      const page = await pages.marie.post(`${list}/${id}`, {
        version: '1',
        displayName: 'Three',
        pop3: '1',
      });
      assert.equal(page.status, 409);
      assert.match(page.text, /contested@marie\.example in the meantime/);
      assert.match(page.text, /cli, /);
      assert.match(page.text, /512 MB/);
      assert.match(page.text, /value="Three"/);
      assert.match(page.text, /name="version" value="2"/);
      assert.match(page.text, /id="pop3"[^>]* checked/);
      assert.doesNotMatch(page.text, /id="imap"[^>]* checked/);
      assert.doesNotMatch(page.text, rawKey);
      const again = await pages.marie.post(`${list}/${id}`, { version: '2', displayName: 'Three' });
      assert.equal(again.status, 303);
    });

    it('answer 404 to other accounts, and for invalid numbers', async () => {
      const id = await idOf('naughty');
      const paths = [
        '/domains/marie.example/mailboxes',
        `/domains/marie.example/mailboxes/${id}`,
        `/domains/marie.example/mailboxes/${id}/removal`,
        `/domains/paul.example/mailboxes/${id}`,
        '/domains/paul.example/mailboxes/999999',
        '/domains/paul.example/mailboxes/1e3',
        '/domains/paul.example/mailboxes/-1',
        `/domains/paul.example/mailboxes/${'9'.repeat(40)}`,
      ];
      for (const path of paths) {
        assert.equal((await pages.paul.get(path)).status, 404, path);
      }
      for (const path of [`${list}/${id}`, `${list}/${id}/suspension`, `${list}/${id}/removal`]) {
        const page = await pages.paul.post(path, { version: '1', expected: '1;;' });
        assert.equal(page.status, 404, path);
      }
      assert.equal((await pages.paul.post(`${list}/new`, good)).status, 404);
    });

    it('are read-only where the plan withholds changes, and say so', async () => {
      const { app, planId } = pages.scene;
      const id = await idOf('naughty');
      const plan = app.db.knex('plans').where({ id: planId });
      const { permissions } = await plan.clone().first('permissions');
      await plan.clone().update({ permissions: '[]' });

      for (const path of [list, `${list}/${id}`]) {
        const { status, text } = await pages.marie.get(path);
        assert.equal(status, 200);
        assert.match(text, /Your plan does not let you change mailboxes/);
        assert.doesNotMatch(text, /btn-primary|btn-outline-danger/);
      }
      assert.equal((await pages.marie.get(`${list}/new`)).status, 404);
      assert.equal((await pages.marie.post(`${list}/${id}`, { version: '1' })).status, 403);
      assert.equal((await pages.marie.post(`${list}/${id}/suspension`)).status, 403);
      await plan.clone().update({ permissions });
    });

    it('show the plan’s limit, and do not offer more', async () => {
      const { app, planId } = pages.scene;
      const plan = app.db.knex('plans').where({ id: planId });
      const [row] = await app.db
        .knex('mailboxes')
        .join('domains', 'domains.id', 'mailboxes.domain_id')
        .where({ name: 'marie.example' })
        .count<{ n: number }[]>('* as n');
      const count = Number(row?.n);
      await plan.clone().update({ max_mailboxes: count, max_quota_bytes: 1024 ** 3 });

      const { text } = await pages.marie.get(list);
      assert.match(text, new RegExp(`${count} of ${count} mailboxes`));
      assert.match(text, /The plan allows no more mailboxes/);
      assert.doesNotMatch(text, new RegExp(`href="${list}/new"`));
      const page = await create({ address: 'one-more', quotaMegabytes: '' });
      assert.equal(page.status, 422);
      assert.match(page.text, /all of them exist already/);
      assert.match(page.text, /at most 1,024 MB for each mailbox: enter a limit/);

      assert.match((await pages.admin.get(list)).text, new RegExp(`href="${list}/new"`));
      await plan.clone().update({ max_mailboxes: null, max_quota_bytes: null });
    });
  });
}
