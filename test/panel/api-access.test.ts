import assert from 'node:assert/strict';
import { type TokenScope, scopes } from '../../plugin/features/api-tokens/api-token.js';
import { engines } from '../support/app.js';
import { useServedApp } from '../support/served-app.js';
import { contentsOf } from './access/contents.js';
import { type PersonName, type Scene, fillScene, people, personNames } from './access/people.js';
import { type Side, absent } from './access/things.js';

/** The expectation for a route of the API. */
interface Expectation {
  /** The scope that a token needs; left out for everybody. */
  readonly scope?: TokenScope;
  readonly names?:
    | 'queued message'
    | 'plan of a program'
    | 'job of a program'
    | 'import of a program';
  /** The people whose accounts permit it, if not everybody's does. */
  readonly may?: readonly PersonName[];
  /** Whether the answer is numbers alone. */
  readonly saysNoName?: boolean;
  /** A message if left out. */
  readonly body?: object;
  /** The status for a token with the scope, of the thing's owner. */
  readonly status: number;
}

const expectations: Readonly<Record<string, Expectation>> = {
  // Nobody here has an SMTP server for this service.
  'post /api/v1/messages': { scope: 'messages.send', status: 422 },
  'get /api/v1/messages/:id': { scope: 'messages.view', names: 'queued message', status: 200 },
  'post /api/v1/bulk': {
    scope: 'domain-mail.change',
    status: 422,
    body: { action: 'domains.settings', ids: [1], set: { nothing: '' } },
  },
  'get /api/v1/bulk/:id': { scope: 'domain-mail.change', names: 'plan of a program', status: 200 },
  'get /api/v1/jobs/:id': {
    scope: 'domain-mail.change',
    names: 'job of a program',
    saysNoName: true,
    status: 200,
  },
  'get /api/v1/jobs/:id/outcomes': {
    scope: 'domain-mail.change',
    names: 'job of a program',
    status: 200,
  },
  // Its body is no file here.
  'post /api/v1/imports/mailboxes': { scope: 'mailboxes.manage', status: 400 },
  'post /api/v1/imports/aliases': { scope: 'aliases.manage', status: 400 },
  'post /api/v1/imports/domains': {
    scope: 'domains.manage',
    may: ['administrator', 'reseller', 'other reseller'],
    status: 400,
  },
  'post /api/v1/imports/:id/passwords': {
    scope: 'imports.use',
    names: 'import of a program',
    saysNoName: true,
    status: 200,
  },
  'get /api/v1/openapi.json': { status: 200 },
};

const message = { service: 'sales', to: ['x@elsewhere.example'], subject: 'X', text: 'X' };

for (const engine of engines) {
  describe(`API access on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let scene: Scene;

    before(async () => {
      scene = await fillScene(app, web);
    });

    const send = async (route: string, id: string, headers: Readonly<Record<string, string>>) => {
      const [method = '', path = ''] = route.split(' ');
      const isRead = method === 'get';
      const response = await fetch(web.url + path.replace(':id', id), {
        method,
        redirect: 'manual',
        headers: { ...headers, ...(!isRead && { 'content-type': 'application/json' }) },
        ...(!isRead && { body: JSON.stringify(expectations[route]?.body ?? message) }),
      });
      return { status: response.status, text: await response.text() };
    };
    const idsFor = async ({
      names,
    }: Expectation): Promise<ReadonlyMap<Side | 'absent', string>> => {
      const ids = new Map<Side | 'absent', string>([['absent', absent[':id'] ?? '']]);
      for (const side of names === undefined ? [] : (['near', 'far'] as const)) {
        ids.set(side, (await scene.things.make(names ?? 'queued message', side))[':id'] ?? '');
      }
      return ids;
    };

    it('has an expectation for every route, and no others', () => {
      const routes = web.extension.routes.routes.filter(({ by }) => by === 'token');
      assert.deepEqual(
        Object.keys(expectations).toSorted(),
        routes.map(({ method, path }) => `${method} ${path}`).toSorted(),
      );
    });

    for (const [route, expectation] of Object.entries(expectations)) {
      const { scope, names } = expectation;

      it(`to ${route} is limited to tokens of the thing’s owner`, async () => {
        const ids = await idsFor(expectation);
        const tokens = new Map<PersonName, string>();
        for (const name of personNames.filter((each) => people[each].role !== 'M')) {
          tokens.set(name, await scene.tokenOf(name, scopes));
        }
        const before = await contentsOf(app);
        for (const [name, token] of tokens) {
          for (const [which, id] of ids) {
            const isTheirs = names === undefined || (name === 'owner' && which === 'near');
            const answer = await send(route, id, bearer(token));
            const expected = statusFor(expectation, { name, isTheirs });
            assert.equal(answer.status, expected, `${name}, ${which}: ${answer.text}`);
            const isNamed = isTheirs && names !== undefined && expectation.saysNoName !== true;
            assert.equal(/(near|far)-mark/.test(answer.text), isNamed);
          }
        }
        assert.equal(await contentsOf(app), before);
      });

      if (scope !== undefined) {
        it(`to ${route} requires its scope, and a bearer token`, async () => {
          const id = (await idsFor(expectation)).get('near') ?? '';
          const other = scopes.filter((each) => each !== scope);
          const lacking = await scene.tokenOf('owner', other);
          const good = await scene.tokenOf('owner', scopes);
          const { cookie } = (await scene.visit('owner')).credentials;
          const before = await contentsOf(app);
          assert.equal((await send(route, id, bearer(lacking))).status, 403);
          const others: readonly Readonly<Record<string, string>>[] = [
            {},
            { cookie },
            { authorization: good },
            { authorization: `Basic ${good}` },
            { 'x-api-token': good },
            bearer(''),
            bearer(`${good}x`),
            bearer(good.slice(0, -1)),
          ];
          for (const headers of others) {
            const answer = await send(route, id, headers);
            assert.equal(answer.status, 401, JSON.stringify(headers));
          }
          assert.equal(await contentsOf(app), before);
        });
      }
    }

    it('does not include pages', async () => {
      const good = await scene.tokenOf('owner', scopes);
      for (const { method, path, access, by } of web.extension.routes.routes) {
        if (by === 'session' && access !== 'public') {
          const response = await fetch(web.url + path.replaceAll(/:\w+/g, '1'), {
            method,
            redirect: 'manual',
            headers: bearer(good),
          });
          assert.equal(response.status, 303, path);
          assert.equal(response.headers.get('location')?.split('?')[0], '/sign-in', path);
        }
      }
    });
  });
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

function statusFor(
  { scope, may, status }: Expectation,
  { name, isTheirs }: { readonly name: PersonName; readonly isTheirs: boolean },
): number {
  if (scope === undefined) {
    return status;
  }
  if (name === 'nobody') {
    return 401;
  }
  if (may !== undefined && !may.includes(name)) {
    return 403;
  }
  return isTheirs ? status : 404;
}
