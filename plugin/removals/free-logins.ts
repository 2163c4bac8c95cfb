import type { Knex } from 'knex';
import type { FieldError } from '../errors.js';
import type { Row } from './kept-rows.js';

/** Accounts of mail users whose logins are still free: another account may have taken one since. */
export async function withFreeLogins(
  tx: Knex,
  rows: readonly Row[],
): Promise<{ readonly rows: readonly Row[]; readonly left: readonly FieldError[] }> {
  const logins = rows.map(({ login }) => String(login));
  const taken = new Set<string>();
  for (let from = 0; from < logins.length; from += atOnce) {
    const found: readonly string[] = await tx('accounts')
      .whereIn('login', logins.slice(from, from + atOnce))
      .pluck('login');
    found.forEach((login) => taken.add(login));
  }
  return {
    rows: rows.filter(({ login }) => !taken.has(String(login))),
    left: [...taken].map((login) => ({ key: 'removed.left.login', args: { login } })),
  };
}

const atOnce = 500;
