import assert from 'node:assert/strict';
import { engines } from '../support/app.js';
import type { Visitor } from '../support/visitor.js';
import { useServedApp } from '../support/served-app.js';
import { filledIn, isRead, placesFor, refusalOf } from './access/attempts.js';
import { contentsOf } from './access/contents.js';
import { type PersonName, type Scene, fillScene, personNames, everybody } from './access/people.js';
import { expectations } from './access/routes.js';
import { type Parameters, absent } from './access/things.js';

const writes = Object.keys(expectations).filter((route) => !isRead(route));
const isPublic = (route: string): boolean => expectations[route]?.may === undefined;

/** Headers of a request that another site makes a browser send. */
const elsewhere: readonly Readonly<Record<string, string>>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site', origin: 'null' },
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'nonsense' },
];

for (const engine of engines) {
  describe(`a forged request on ${engine}`, () => {
    const { app, web } = useServedApp(engine);
    let scene: Scene;
    let visitors: ReadonlyMap<PersonName, Visitor>;

    before(async () => {
      scene = await fillScene(app, web);
      visitors = await everybody(scene);
    });

    const visitorOf = (name: PersonName): Visitor => {
      const visitor = visitors.get(name);
      assert.ok(visitor !== undefined);
      return visitor;
    };
    const forge = async (
      name: PersonName,
      { route, at }: { readonly route: string; readonly at: Parameters },
      { headers, csrfToken }: { readonly headers?: object; readonly csrfToken?: string },
    ) => {
      const { path, body } = filledIn(route, at);
      const fields = csrfToken === undefined ? body : [['csrfToken', csrfToken] as const, ...body];
      return await visitorOf(name).sendRaw(
        path,
        new URLSearchParams(fields.map(([field, value]) => [field, value])).toString(),
        { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      );
    };

    for (const route of writes) {
      it(`to ${route} is refused, and changes nothing`, async () => {
        const name = personNames.find(
          (each) => refusalOf(route, { name: each, which: 'near' }) === undefined,
        );
        assert.ok(name !== undefined);
        const at = (await placesFor(route, scene.things)).get('near') ?? absent;
        const before = await contentsOf(app);
        const { csrfToken } = visitorOf(name).credentials;
        for (const headers of elsewhere) {
          const { status } = await forge(name, { route, at }, { headers, csrfToken });
          assert.equal(status, 403, JSON.stringify(headers));
        }
        const tokens = [visitorOf('other customer').credentials.csrfToken, 'x', '', undefined];
        for (const wrong of name === 'nobody' ? [] : tokens) {
          const given = wrong === undefined ? {} : { csrfToken: wrong };
          assert.equal((await forge(name, { route, at }, given)).status, 403, wrong);
          const header = { headers: { 'x-csrf-token': wrong ?? '' } };
          assert.equal((await forge(name, { route, at }, header)).status, 403, wrong);
        }
        assert.equal(await contentsOf(app), before);
      });
    }

    for (const route of writes.filter(isPublic)) {
      it(`to ${route} is refused also without a session`, async () => {
        for (const headers of elsewhere) {
          const { status } = await forge('nobody', { route, at: absent }, { headers });
          assert.equal(status, 403, JSON.stringify(headers));
        }
      });
    }
  });
}
