import assert from 'node:assert/strict';
import { engines } from '../../support/app.js';
import { withoutTag } from '../../../plugin/addresses/index.js';
import { addDomain } from '../../support/fixtures.js';
import { identityCollisions } from '../../addresses/vectors.js';
import type { Page } from '../../support/visitor.js';
import { Pages, naughtyAddresses, rawKey } from './pages.js';
import { useOpened } from '../../support/opened.js';

type Fields = Readonly<Record<string, string>>;

const list = '/domains/marie.example/aliases';

for (const engine of engines) {
  describe(`the pages of aliases on ${engine}`, () => {
    const pages = useOpened(() => Pages.open(engine));
    before(async () => {
      const { scene } = pages;
      await scene.addMailbox(scene.marie, 'box@marie.example');
      await scene.addMailbox(scene.marie, 'anna@bücher.example');
    });

    const create = async (fields: Fields): Promise<Page> => {
      await pages.marie.get(`${list}/new`);
      const good = { address: 'good', targets: 'box@marie.example' };
      return await pages.marie.post(`${list}/new`, { ...good, ...fields });
    };
    const idOf = async (name: string): Promise<number> => {
      const address = `${name}@marie.example`;
      const row = await pages.scene.app.db.knex('aliases').where({ address }).first('id');
      return Number(row?.id);
    };

    it('add an alias, list it with its targets, and find it by them', async () => {
      const page = await create({
        address: 'Team@Marie.example',
        targets: 'box@marie.example, ANNA@xn--bcher-kva.example\nBox@marie.example',
      });
      assert.equal(page.location, list);
      const { text } = await pages.marie.get(`${list}?q=anna`);
      assert.match(text, /team@marie\.example has been added/);
      assert.match(text, /anna@bücher\.example, box@marie\.example/);
      assert.doesNotMatch((await pages.marie.get(`${list}?q=nobody`)).text, /anna@/);
    });

    it('show targets one per line, with domains in U-labels', async () => {
      const { text } = await pages.marie.get(`${list}/${await idOf('team')}`);
      assert.match(text, />anna@bücher\.example\nbox@marie\.example<\/textarea>/);
      assert.match(text, /name="address" value="team"/);
    });

    describe('answer 422 with the input and a message at the field', () => {
      for (const [why, address] of naughtyAddresses) {
        it(`for an address that is ${why}`, async () => {
          const before = await pages.stored();
          const page = await create({ address, targets: 'box@marie.example\nKept' });
          assert.equal(page.status, 422);
          assert.match(page.text, /id="address-error"/);
          assert.match(page.text, /id="targets-error"/, 'both at once');
          assert.match(page.text, />box@marie\.example\nKept<\/textarea>/);
          assert.doesNotMatch(page.text, rawKey);
          assert.doesNotMatch(page.text, /<script>alert/);
          assert.deepEqual(await pages.stored(), before, 'nothing is saved');
        });
      }

      const refused: [targets: string, says: RegExp, why: string][] = [
        ['', /This field is required/, 'nothing'],
        [' ,,\n;', /Enter at least one recipient/, 'separators alone'],
        ['nonsense', /Line 1, “nonsense”: /, 'no address'],
        ['box@marie.example\n\nx@y@z.test', /Line 3, “x@y@z\.test”: /, 'the third line'],
        ['<script>alert(1)</script>', /Line 1, “&lt;script&gt;/, 'markup'],
        ['a@x.test\0', /Line 1, /, 'NUL'],
        ['a@x.test\u2028b@x.test', /Line 1, /, 'a line separator'],
        ['nobody@marie.example', /nobody@marie\.example does not exist/, 'nobody here'],
        [`${'a'.repeat(250)}@x.test`, /Line 1, /, '256 characters'],
        ['x'.repeat(30_000), /At most 20,000 characters/, 'a novel'],
        ['good@marie.example', /forwards back to good@marie\.example/, 'itself'],
        [
          Array.from({ length: 51 }, (_, n) => `a${n}@x.test`).join('\n'),
          /At most 50 recipients/,
          'too many',
        ],
      ];
      for (const [targets, says, why] of refused) {
        it(`for targets that are ${why}`, async () => {
          const page = await create({ targets });
          assert.equal(page.status, 422);
          assert.match(page.text, /id="targets-error"/);
          assert.match(page.text, says);
          assert.doesNotMatch(page.text, rawKey);
          assert.doesNotMatch(page.text, /<script>alert/);
          assert.equal(await idOf('good'), Number.NaN);
        });
      }

      it('for a target in a domain whose mail is off', async () => {
        const domain = pages.scene.app.db.knex('domains').where({ name: 'xn--bcher-kva.example' });
        await domain.clone().update({ mail_enabled: 0 });
        for (const targets of ['anna@bücher.example', 'ANNA@XN--bcher-kva.EXAMPLE']) {
          const page = await create({ targets });
          assert.equal(page.status, 422);
          assert.match(page.text, /mail service of .* is off/);
        }
        await domain.clone().update({ mail_enabled: 1 });
      });

      it('for a target that only resembles an existing address', async () => {
        const { base, variants } = identityCollisions();
        await addDomain(pages.scene.app, 'example.test', 'marie');
        await pages.scene.addMailbox(pages.scene.marie, base);
        for (const variant of variants) {
          const page = await create({ address: 'mirror', targets: variant });
          if (page.status === 303) {
            const targets = await pages.scene.targetsOf('mirror@marie.example');
            assert.deepEqual(targets?.map(withoutTag), [base]);
            await pages.scene.removeAlias(pages.scene.marie, 'mirror@marie.example');
          } else {
            assert.equal(page.status, 422, JSON.stringify(variant));
          }
        }
      });

      it('for lists and objects in place of texts, and for an empty body', async () => {
        await pages.marie.get(`${list}/new`);
        const twice = await pages.marie.post(`${list}/new`, [
          ['address', 'good'],
          ['address', 'good'],
          ['targets', 'box@marie.example'],
          ['targets', 'box@marie.example'],
        ]);
        assert.equal(twice.status, 422);
        assert.match(twice.text, /id="address-error"/);
        assert.match(twice.text, /id="targets-error"/);
        for (const body of [{ 'address[]': 'good', 'targets[0]': 'x' }, {}]) {
          assert.equal((await pages.marie.post(`${list}/new`, body)).status, 422);
        }
      });

      it('in the language of the viewer', async () => {
        const french = { 'accept-language': 'fr' };
        await pages.marie.get(`${list}/new`, french);
        const page = await pages.marie.post(
          `${list}/new`,
          { address: 'bon', targets: 'box@marie.example\npersonne@marie.example' },
          french,
        );
        assert.match(page.text, /Ligne 2, «\u00a0personne@marie\.example\u00a0»\u00a0: /);
        assert.match(page.text, /n’existe pas/);
      });
    });

    it('answer 409 with the changes of others, and keep the input', async () => {
      await create({ address: 'contested' });
      const id = await idOf('contested');
      await pages.marie.get(`${list}/${id}`);
      await pages.scene.setAlias(pages.scene.app.operator, 'contested@marie.example', {
        targets: ['far@elsewhere.test'],
      });
      const page = await pages.marie.post(`${list}/${id}`, {
        version: '1',
        address: 'contested',
        targets: 'anna@bücher.example',
      });
      assert.equal(page.status, 409);
      assert.match(page.text, /Forwards to:\s+far@elsewhere\.test/);
      assert.match(page.text, />anna@bücher\.example<\/textarea>/);
      assert.match(page.text, /name="version" value="2"/);
      assert.doesNotMatch(page.text, rawKey);
    });

    it('list what else is removed before they remove an alias', async () => {
      const { scene, marie } = pages;
      await create({ address: 'leaving' });
      await scene.addAlias(scene.marie, 'follower@marie.example', 'leaving@marie.example');
      const one = `${list}/${await idOf('leaving')}`;
      const { text } = await marie.get(`${one}/removal`);
      assert.match(text, /follower@marie\.example/);
      assert.match(text, /stay unchanged: box@marie\.example/);
      const expected = /name="expected" value="([^"]*)"/.exec(text)?.[1] ?? '';
      assert.equal((await marie.post(`${one}/removal`)).status, 422, 'nothing was agreed to');
      assert.equal((await marie.post(`${one}/removal`, { expected })).location, list);
      assert.equal(await scene.targetsOf('follower@marie.example'), undefined);
    });

    it('answer 404 to other accounts', async () => {
      const id = await idOf('team');
      for (const path of [list, `${list}/${id}`, `/domains/paul.example/aliases/${id}`]) {
        assert.equal((await pages.paul.get(path)).status, 404, path);
      }
      const typed = { version: '1', address: 'team', targets: 'a@x.test', expected: '1;;' };
      for (const path of [`${list}/new`, `${list}/${id}`, `${list}/${id}/removal`]) {
        assert.equal((await pages.paul.post(path, typed)).status, 404, path);
      }
    });

    it('are read-only where the plan withholds changes, and say so', async () => {
      const { app, planId } = pages.scene;
      const plan = app.db.knex('plans').where({ id: planId });
      const { permissions } = await plan.clone().first('permissions');
      await plan.clone().update({ permissions: '["mailboxes.manage"]' });
      const one = `${list}/${await idOf('team')}`;
      for (const path of [list, one]) {
        const { text } = await pages.marie.get(path);
        assert.match(text, /Your plan does not let you change aliases/);
        assert.doesNotMatch(text, /btn-primary|btn-outline-danger/);
      }
      assert.equal((await pages.marie.post(one, { version: '1' })).status, 403);
      await plan.clone().update({ permissions });
    });
  });
}
