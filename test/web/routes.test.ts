import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { policies } from '../../plugin/features/domain-mail/index.js';
import { useServedApp } from '../support/served-app.js';
import { Visitor } from '../support/visitor.js';

describe('every route', () => {
  const served = useServedApp();

  it('is public, for all who are signed in, or requires a permission from the manifest', () => {
    const declared = new Set(served.app.manifest.permissions.map(({ id }) => id));
    for (const { method, path, access } of served.web.extension.routes.routes) {
      const isForAll = access === 'public' || access === 'signed-in';
      assert.ok(isForAll || declared.has(access), `${method} ${path}: ${access}`);
    }
  });

  it('requires the permission to change preferences only below /preferences', () => {
    const { routes } = served.web.extension.routes;
    const paths = routes
      .filter(({ access }) => access === 'preferences.change')
      .map(({ path }) => path);
    assert.deepEqual(
      paths.filter((path) => !path.startsWith('/preferences')),
      [],
    );
  });

  it('covers every permission in the manifest, together with all others', () => {
    const used = new Set(served.web.extension.routes.routes.map(({ access }) => access));
    const askedInCode = new Set([
      'domain-mail.internal',
      'domain-mail.forward-outside',
      'domain-mail.relay',
      ...policies.map(({ permission }) => permission),
    ]);
    const unused = served.app.manifest.permissions
      .map(({ id }) => id)
      .filter((id) => !used.has(id) && !askedInCode.has(id));
    assert.deepEqual(unused, []);
  });

  it('is reached without a turn of the event loop, which a router takes when nothing in it answers', async () => {
    const visitor = new Visitor(served.web);
    let turns = 0;
    const counter = createHook({
      init(_id, type) {
        turns += Number(type === 'Immediate' && new Error('made here').stack?.includes('/router/'));
      },
    });
    counter.enable();
    const { status } = await visitor.get('/sign-in');
    counter.disable();
    assert.deepEqual({ status, turns }, { status: 200, turns: 0 });
  });

  it('is reached: none before it takes its path', () => {
    const { routes } = served.web.extension.routes;
    const taken = routes.filter((route, index) =>
      routes
        .slice(0, index)
        .some((earlier) => earlier.method === route.method && takes(earlier.path, route.path)),
    );
    assert.deepEqual(
      taken.map(({ method, path }) => `${method} ${path}`),
      [],
    );
  });

  it('for selected rows belongs to an action, and each action has one', async () => {
    const registered = served.app.registered;
    const offered = await Promise.all(
      registered.map(async (each) => (await each.offered?.(served.app)) ?? []),
    );
    const nouns = offered
      .flat()
      .flatMap(({ actions }) => actions.filter(({ hasOwnPage }) => hasOwnPage !== true))
      .map(({ noun }) => noun);
    const { routes } = served.web.extension.routes;
    const selected = routes.flatMap(({ path }) => /\/selected\/([a-z-]+)$/.exec(path)?.[1] ?? []);
    assert.ok(selected.length > 0);
    assert.deepEqual(selected.toSorted(), nouns.toSorted());
  });

  it('covers every menu entry, together with all others', () => {
    const paths = new Set(served.web.extension.routes.routes.map(({ path }) => path));
    for (const { path, place } of served.app.manifest.navigation) {
      assert.ok(paths.has(place === 'domain' ? `/domains/:domain${path}` : path), path);
    }
  });

  it('redirects to the sign-in page without a session, unless it is public', async () => {
    const visitor = new Visitor(served.web);
    for (const { method, path, access, by } of served.web.extension.routes.routes) {
      if (access !== 'public' && by === 'session') {
        const page = await visitor[method](examplePath(path));
        assert.equal(page.status, 303, `${method} ${path}`);
        assert.match(page.location ?? '', /^\/sign-in(?:\?|$)/, `${method} ${path}`);
      }
    }
  });

  it('for programs answers 401 with a problem without a token', async () => {
    for (const { method, path, access, by } of served.web.extension.routes.routes) {
      if (access !== 'public' && by === 'token') {
        const answer = await fetch(served.web.url + examplePath(path), { method });
        assert.equal(answer.status, 401, `${method} ${path}`);
        assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
        assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="relais"');
      }
    }
  });
});

function examplePath(path: string): string {
  return path.replaceAll(/:\w+/g, '1');
}

/** Whether a path with placeholders also matches another path, whose placeholders stand for any text. */
function takes(path: string, other: string): boolean {
  const [parts, others] = [path.split('/'), other.split('/')];
  return (
    parts.length === others.length &&
    parts.every((part, index) => part.startsWith(':') || part === others[index])
  );
}
