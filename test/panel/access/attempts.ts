import assert from 'node:assert/strict';
import type { Page, Visitor } from '../../support/visitor.js';
import { type PersonName, people } from './people.js';
import type { Expectation } from './expectation.js';
import { expectations } from './routes.js';
import { type Parameters, type Side, type Things, absent } from './things.js';

/** Whose thing a route's path names, as seen by the owner of what is near. */
export type Which = Side | 'absent' | 'near in far' | 'far in near' | 'nothing';

export interface Attempt {
  readonly name: PersonName;
  readonly which: Which;
}

/** The status of a refusal; undefined if nothing refuses the person. */
export function refusalOf(route: string, { name, which }: Attempt): number | undefined {
  const expectation = expectationOf(route);
  const { may, thing, unseen = 404 } = expectation;
  const { role } = people[name];
  if (may === undefined) {
    return undefined;
  }
  if (role === undefined) {
    return 303;
  }
  if (!may.includes(role)) {
    return isRead(route) ? 404 : 403;
  }
  return thing === undefined || isSeen(expectation, { name, which }) ? undefined : unseen;
}

function isSeen({ ownersAlone, everybodys }: Expectation, { name, which }: Attempt): boolean {
  if (which !== 'near' && which !== 'far') {
    return false;
  }
  const sees: readonly Side[] = people[name].sees;
  return ownersAlone === true
    ? name === 'owner' && which === 'near'
    : everybodys === true || sees.includes(which);
}

/** The status if nothing refuses the person. */
export function statusFor(route: string, name: PersonName): number {
  const { status, but } = expectationOf(route);
  return but?.[name] ?? status;
}

export function isRead(route: string): boolean {
  return route.startsWith('get ');
}

/** New things to try a route with: near, far, mixed, and absent. */
export async function placesFor(
  route: string,
  things: Things,
): Promise<ReadonlyMap<Which, Parameters>> {
  const { thing } = expectationOf(route);
  if (thing === undefined) {
    return new Map([['nothing', absent]]);
  }
  const near = await things.make(thing, 'near');
  const far = await things.make(thing, 'far');
  const isInDomain = ':domain' in near && ':id' in near;
  const mixed: readonly (readonly [Which, Parameters])[] = isInDomain
    ? [
        ['near in far', { ...far, ':id': near[':id'] ?? '' }],
        ['far in near', { ...near, ':id': far[':id'] ?? '' }],
      ]
    : [];
  const nowhere = isInDomain ? { ...near, ':id': absent[':id'] ?? '' } : absent;
  return new Map<Which, Parameters>([['near', near], ['far', far], ['absent', nowhere], ...mixed]);
}

/** A route's path and body for a thing. */
export function filledIn(
  route: string,
  parameters: Parameters,
): { readonly path: string; readonly body: readonly (readonly [string, string])[] } {
  const values = Object.entries({ ...absent, ...parameters, ':unique': unique() });
  const fill = (text: string): string =>
    values.reduce((result, [name, value]) => result.replaceAll(name, value), text);
  return {
    path: fill(route.slice(route.indexOf(' ') + 1)),
    body: Object.entries(expectationOf(route).body ?? {}).map(
      ([field, value]) => [field, fill(value)] as const,
    ),
  };
}

export async function tryRoute(
  visitor: Visitor | undefined,
  route: string,
  parameters: Parameters,
): Promise<Page> {
  assert.ok(visitor !== undefined);
  const { path, body } = filledIn(route, parameters);
  return await (isRead(route) ? visitor.get(path) : visitor.post(path, body));
}

/** Asserts that no answer names a thing outside of the scope, unless the request did. */
export function assertTellsNothing(
  { text }: Page,
  name: PersonName,
  { route, at }: { readonly route: string; readonly at: Parameters },
): void {
  const typed = Object.values(expectationOf(route).body ?? {});
  const sees: readonly Side[] = people[name].sees;
  const told = [...Object.values(at), ...typed].reduce(
    (rest, value) => rest.replaceAll(value, ''),
    text,
  );
  for (const side of ['near', 'far'] as const) {
    if (!sees.includes(side)) {
      assert.doesNotMatch(told, new RegExp(`${side}-?mark`), name);
    }
  }
}

function expectationOf(route: string): Expectation {
  const expectation = expectations[route];
  assert.ok(expectation !== undefined, `${route} has no expectation`);
  return expectation;
}

let count = 0;

function unique(): string {
  count += 1;
  return `new-${count}`;
}
