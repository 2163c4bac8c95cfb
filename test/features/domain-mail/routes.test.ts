import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programFolder } from '../../../plugin/runtime/paths.js';
import { engines } from '../../support/app.js';
import { addAccount, addDomain, addPlan } from '../../support/fixtures.js';
import { type Page, Visitor } from '../../support/visitor.js';
import { useServedApp } from '../../support/served-app.js';

type Fields = Readonly<Record<string, string>>;

const path = '/domains/marie.example/mail-settings';

for (const engine of engines) {
  describe(`the page of a domain's mail settings on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let marie: Visitor;

    before(async () => {
      const planId = await addPlan(app);
      marie = await Visitor.signedIn(web, app, await addAccount(app, 'marie', { planId }));
      await addAccount(app, 'paul', { planId });
      await addDomain(app, 'marie.example', 'marie');
      await addDomain(app, 'paul.example', 'paul');
    });

    const send = async (fields: Fields, visitor = marie): Promise<Page> => {
      const { text } = await visitor.get(path);
      const version = /name="version" value="(\d+)"/.exec(text)?.[1] ?? '';
      return await visitor.post(path, {
        version,
        mailEnabled: '1',
        policy: 'reject',
        apply: '1',
        ...fields,
      });
    };

    it('stays on the page after Apply, and confirms that it saved', async () => {
      const page = await send({ policy: 'reject', rejectText: 'Gone since 2020' });
      assert.equal(page.status, 303);
      assert.equal(page.location, path);
      const { text } = await marie.get(path);
      assert.match(text, /role="status"/);
      assert.match(text, /Gone since 2020/);
      assert.doesNotMatch((await marie.get(path)).text, /role="status"/, 'once');
    });

    it('says where the MX records lead as last looked up, and since when nobody answers', async () => {
      const { knex } = app.db;
      const domain = knex('domains').where({ name: 'marie.example' });
      assert.match((await marie.get(path)).text, /have not been looked up yet/);
      const known = { mx: 'elsewhere', mx_hosts: 'mx.away.test, <b>.away.test', mx_at: 0 };
      await domain.clone().update(known);
      for (const page of [path, '/domains/marie.example/mail-exchangers']) {
        const { text } = await marie.get(page);
        assert.match(
          text,
          /note-warning[^]*elsewhere \(mx\.away\.test, &lt;b&gt;\.away\.test\) while/,
        );
        assert.match(text, /Looked up on/);
        assert.doesNotMatch(text, /did not answer/);
      }
      await domain.clone().update({ mx: 'here', mx_failed_at: 0 });
      const { text } = await marie.get(path);
      assert.match(text, /note-good[^]*point here: mx[^]*Looked up on[^]*did not answer/);
      await domain.update({ mx: 'unknown', mx_hosts: null, mx_at: null, mx_failed_at: null });
    });

    it('shows a refusal text as senders receive it, in ASCII', async () => {
      await send({ policy: 'reject', rejectText: 'Adresse supprimée' });
      const shown = await marie.get(path);
      assert.match(shown.text, /server receives: “Adresse supprimee”/);
      assert.match(shown.text, /at most 214 characters/);
      const refused = await send({ policy: 'reject', rejectText: 'é'.repeat(215) });
      assert.equal(refused.status, 422);
      assert.match(refused.text, /id="rejectText-error"[^]*has 215 characters[^]*at most 214/);
      await send({ policy: 'reject', rejectText: 'Gone' });
      assert.doesNotMatch((await marie.get(path)).text, /server receives:/);
    });

    it('redirects to the list after Save', async () => {
      const { text } = await marie.get(path);
      const version = /name="version" value="(\d+)"/.exec(text)?.[1] ?? '';
      const page = await marie.post(path, {
        version,
        mailEnabled: '1',
        policy: 'reject',
        save: '1',
      });
      assert.equal(page.location, '/domains');
    });

    const refused: [why: string, fields: Fields, field: string][] = [
      ['no address', { policy: 'forward', forwardTo: 'nobody' }, 'forwardTo'],
      ['nothing at all', { policy: 'forward', forwardTo: '' }, 'forwardTo'],
      [
        'an address of 255 characters',
        { policy: 'forward', forwardTo: `a@${'b.'.repeat(125)}example` },
        'forwardTo',
      ],
      [
        'a line break in the address',
        { policy: 'forward', forwardTo: 'a@x.example\nb@y.example' },
        'forwardTo',
      ],
      ['NUL in the address', { policy: 'forward', forwardTo: 'a@x.example\0' }, 'forwardTo'],
      [
        'markup as an address',
        { policy: 'forward', forwardTo: '<script>alert(1)</script>@x.example' },
        'forwardTo',
      ],
      ['an empty text', { policy: 'bounce', bounceText: '   ' }, 'bounceText'],
      ['a text of 501 characters', { policy: 'bounce', bounceText: 'x'.repeat(501) }, 'bounceText'],
      ['a line break in the text', { policy: 'bounce', bounceText: 'one\ntwo' }, 'bounceText'],
      ['NUL in the text', { policy: 'reject', rejectText: 'a\0b' }, 'rejectText'],
      ['a line separator in the text', { policy: 'reject', rejectText: 'a\u2028b' }, 'rejectText'],
      [
        'a host name instead of an IP address',
        { policy: 'redirect', redirectIp: 'mx.example' },
        'redirectIp',
      ],
      ['an octal IP address', { policy: 'redirect', redirectIp: '010.8.8.8' }, 'redirectIp'],
      ['port 0', { policy: 'redirect', redirectIp: '8.8.8.8', redirectPort: '0' }, 'redirectPort'],
      [
        'port 70000',
        { policy: 'redirect', redirectIp: '8.8.8.8', redirectPort: '70000' },
        'redirectPort',
      ],
      [
        'a port that is no number',
        { policy: 'redirect', redirectIp: '8.8.8.8', redirectPort: 'x' },
        'redirectPort',
      ],
      ['an unknown webmail', { webmail: 'hotmail' }, 'webmail'],
    ];
    for (const [why, fields, field] of refused) {
      it(`answers 422 with a message at the field for ${why}`, async () => {
        const page = await send(fields);
        assert.equal(page.status, 422);
        assert.match(page.text, new RegExp(`id="${field}-error"`));
        assert.doesNotMatch(page.text, /<script>alert/);
      });
    }

    it('shows errors in the viewer’s language', async () => {
      const french = { 'accept-language': 'fr' };
      await marie.get(path, french);
      const page = await marie.post(
        path,
        { version: '1', policy: 'forward', forwardTo: 'personne' },
        french,
      );
      assert.equal(page.status, 422);
      assert.match(page.text, /Il manque le signe @/);
    });

    it('keeps the input for every policy, selected or not', async () => {
      const page = await send({
        policy: 'forward',
        forwardTo: 'typed wrong',
        bounceText: 'typed & kept',
        redirectIp: '192.0.2',
      });
      assert.match(page.text, /value="typed wrong"/);
      assert.match(page.text, />typed &amp; kept</);
      assert.match(page.text, /value="192.0.2"/);
    });

    it('stores the input for a policy that is not selected', async () => {
      await send({ policy: 'reject', forwardTo: 'half an addr' });
      assert.match((await marie.get(path)).text, /value="half an addr"/);
    });

    it('answers 422 for lists and objects in place of texts', async () => {
      await marie.get(path);
      const twice = await marie.post(path, [
        ['version', '1'],
        ['policy', 'forward'],
        ['forwardTo', 'a@x.example'],
        ['forwardTo', 'b@x.example'],
      ]);
      assert.equal(twice.status, 422);
      const nested = await marie.post(path, {
        version: '1',
        'policy[x]': 'forward',
        'forwardTo[toString]': 'x',
      });
      assert.equal(nested.status, 422);
    });

    it('answers 409 with the changes of others, and keeps the input', async () => {
      const { text } = await marie.get(path);
      const version = /name="version" value="(\d+)"/.exec(text)?.[1] ?? '';
      await send({ policy: 'bounce', bounceText: 'Somebody was faster' });

      const page = await marie.post(path, {
        version,
        mailEnabled: '1',
        policy: 'reject',
        rejectText: 'My own text',
      });
      assert.equal(page.status, 409);
      assert.match(page.text, /Somebody was faster/);
      assert.match(page.text, />My own text</);
      const newVersion = /name="version" value="(\d+)"/.exec(page.text)?.[1];
      assert.equal(newVersion, String(Number(version) + 1), 'saving again replaces knowingly');
    });

    const othersDomains = [
      'paul.example',
      'nobody.example',
      '%00',
      '..%2f',
      "'; DROP TABLE domains",
      'x'.repeat(300),
    ];
    it('answers 404 for a domain of somebody else, and for one that does not exist', async () => {
      for (const name of othersDomains) {
        const target = `/domains/${encodeURIComponent(name).replace('%25', '%')}/mail-settings`;
        assert.equal((await marie.get(target)).status, 404, target);
        assert.equal(
          (await marie.post(target, { version: '1', policy: 'reject' })).status,
          404,
          target,
        );
      }
    });

    it('rejects a form without its token, and one that another site sent', async () => {
      await marie.get(path);
      const fields = { version: '1', mailEnabled: '1', policy: 'reject' };
      assert.equal((await marie.post(path, { ...fields, csrfToken: 'x' })).status, 403);
      assert.equal(
        (await marie.post(path, fields, { 'sec-fetch-site': 'cross-site' })).status,
        403,
      );
      assert.equal(
        (await marie.post(path, fields, { origin: 'https://evil.example' })).status,
        403,
      );
    });

    it('answers 422 for every naughty string in every field', async () => {
      const file = join(programFolder, 'test/vectors/blns/blns.json');
      const strings: string[] = JSON.parse(readFileSync(file, 'utf8'));
      await marie.get(path);
      for (const text of strings) {
        const page = await marie.post(path, {
          version: text,
          policy: 'bounce',
          bounceText: text,
          forwardTo: text,
          redirectIp: text,
          webmail: text,
        });
        assert.equal(page.status, 422, JSON.stringify(text));
      }
    });

    it('is read-only where the plan withholds the change, and rejects it', async () => {
      const [planId] = await app.db
        .knex('plans')
        .insert({ name: 'Look', permissions: '[]', webmails: '[]' });
      const lea = await Visitor.signedIn(
        web,
        app,
        await addAccount(app, 'lea', { planId: Number(planId) }),
      );
      await addDomain(app, 'lea.example', 'lea');
      const page = await lea.get('/domains/lea.example/mail-settings');
      assert.equal(page.status, 200);
      assert.doesNotMatch(page.text, /name="save"/);
      assert.match(page.text, /includes no webmail that is set up/);
      assert.equal(
        (await lea.post('/domains/lea.example/mail-settings', { version: '1', policy: 'bounce' }))
          .status,
        403,
      );
    });
  });
}
