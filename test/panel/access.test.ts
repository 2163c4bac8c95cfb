import assert from 'node:assert/strict';
import { engines } from '../support/app.js';
import type { Visitor } from '../support/visitor.js';
import { useServedApp } from '../support/served-app.js';
import {
  type Attempt,
  assertTellsNothing,
  isRead,
  placesFor,
  refusalOf,
  statusFor,
  tryRoute,
} from './access/attempts.js';
import { contentsOf } from './access/contents.js';
import { type PersonName, type Scene, fillScene, personNames, everybody } from './access/people.js';
import { expectations } from './access/routes.js';
import { absent } from './access/things.js';

/** After these, a person is another one, or has to sign in again. */
const endsSessions = new Set([
  'post /sign-out',
  'post /acting',
  'post /acting/end',
  'post /preferences/password',
]);

for (const engine of engines) {
  describe(`access on ${engine}`, () => {
    const { app, web } = useServedApp(engine, { RELAIS_RESOLVERS: '127.0.0.1:9' });
    let scene: Scene;
    let visitors: ReadonlyMap<PersonName, Visitor>;

    before(async () => {
      scene = await fillScene(app, web);
      visitors = await everybody(scene);
    });

    // All later tests would read what this one recorded.
    afterEach(async () => {
      await app.db.knex('audit_entries').delete();
      await app.db.knex('audit_acts').delete();
    });

    it('has an expectation for every route, and no others', () => {
      const routes = web.extension.routes.routes.filter(({ by }) => by === 'session');
      assert.deepEqual(
        Object.keys(expectations).toSorted(),
        routes.map(({ method, path }) => `${method} ${path}`).toSorted(),
      );
    });

    for (const route of Object.keys(expectations)) {
      it(`to ${route} is as expected for every person`, async () => {
        const writes = await tryAll(route);
        for (const { name, which } of writes) {
          // A new thing for each, since it may be removed.
          const at = (await placesFor(route, scene.things)).get(which) ?? absent;
          const visitor = endsSessions.has(route) ? await scene.visit(name) : visitors.get(name);
          const answer = await tryRoute(visitor, route, at);
          assert.equal(answer.status, statusFor(route, name), `${name}, ${which}: ${answer.text}`);
          assertTellsNothing(answer, name, { route, at });
        }
        if (endsSessions.has(route)) {
          visitors = await everybody(scene);
        }
      });
    }

    /** Tries everything that must not change anything. @returns the remaining attempts. */
    async function tryAll(route: string): Promise<readonly Attempt[]> {
      const places = await placesFor(route, scene.things);
      const before = await contentsOf(app);
      const writes: Attempt[] = [];
      for (const name of personNames) {
        for (const [which, at] of places) {
          const refusal = refusalOf(route, { name, which });
          if (refusal === undefined && !isRead(route)) {
            writes.push({ name, which });
            continue;
          }
          const answer = await tryRoute(visitors.get(name), route, at);
          const expected = refusal ?? statusFor(route, name);
          assert.equal(answer.status, expected, `${name}, ${which}: ${answer.text}`);
          assertTellsNothing(answer, name, { route, at });
        }
      }
      assert.equal(await contentsOf(app), before, 'what is refused or read changes nothing');
      return writes;
    }
  });
}
