import type { PersonName, RoleLetter } from './people.js';
import type { Kind } from './things.js';

/** The expectation for a route. */
export interface Expectation {
  /** The roles that may use it; everybody, signed in or not, if left out. */
  readonly may?: readonly RoleLetter[];
  /** The kind of thing in its path. */
  readonly thing?: Kind;
  /** Whether only the owner sees the thing, whatever the role. */
  readonly ownersAlone?: boolean;
  /** Whether it belongs to the installation: whoever may use the route sees it. */
  readonly everybodys?: boolean;
  /** The status for those who may use it and see the thing. */
  readonly status: number;
  readonly but?: Readonly<Partial<Record<PersonName, number>>>;
  /** The status for those who may use it but do not see the thing; 404 if left out. */
  readonly unseen?: number;
  /** A body so complete that only the person can be a reason to refuse it. */
  readonly body?: Readonly<Record<string, string>>;
}

export const all: readonly RoleLetter[] = ['A', 'R', 'C', 'M'];
export const owners: readonly RoleLetter[] = ['A', 'R', 'C'];
export const providers: readonly RoleLetter[] = ['A', 'R'];
export const administrators: readonly RoleLetter[] = ['A'];

export const page = (may: readonly RoleLetter[]): Expectation => ({ may, status: 200 });
export const choice = (may: readonly RoleLetter[]): Expectation => ({ may, status: 303 });
export const of = (thing: Kind, may = owners): Expectation => ({ may, thing, status: 200 });
export const change = (
  thing: Kind,
  body: Readonly<Record<string, string>> = {},
  may = owners,
): Expectation => ({ may, thing, status: 303, body });

/** Selects all domains that match a near or far name; the others are not found, and nothing is selected. */
export const selected = (
  status: number,
  typed: Readonly<Record<string, string>> = {},
): Expectation => ({
  ...change('domain', { matching: '1', query: 'q=:domain', ...typed }),
  status,
  unseen: status,
});

/** A preview, which whoever asked for it sees. */
export const ofOwner: Expectation = { ...of('preview', all), ownersAlone: true };
export const changeOfOwner: Expectation = { ...change('preview', {}, all), ownersAlone: true };
