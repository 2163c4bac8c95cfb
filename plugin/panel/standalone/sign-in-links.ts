import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { digest } from '../../secrets/digest.js';
import { type LinkPurpose, lifetimeMs } from './link-lifetime.js';

export interface LinkRow {
  readonly token_hash: string;
  readonly account_id: number;
  readonly purpose: LinkPurpose;
  readonly expires_at: number;
}

/** Links whose page chooses a password. */
export const passwordPurposes = ['invitation', 'password'] as const;

/** Finds a link for one of these purposes that can still be used. */
export function linkOf(
  db: Knex,
  token: string,
  purposes: readonly LinkPurpose[] = ['sign-in'],
): Knex.QueryBuilder<LinkRow, LinkRow[]> {
  return db<LinkRow>('sign_in_links')
    .where({ token_hash: digest(token) })
    .whereIn('purpose', [...purposes])
    .andWhere('expires_at', '>', Date.now());
}

/** @returns the token of a new link, which works once. */
export async function insertLink(
  tx: Knex,
  accountId: number,
  purpose: LinkPurpose = 'sign-in',
): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await tx<LinkRow>('sign_in_links').insert({
    token_hash: digest(token),
    account_id: accountId,
    purpose,
    expires_at: Date.now() + lifetimeMs[purpose],
  });
  return token;
}

/** Ends an account's links, or those for one purpose. */
export async function endLinks(tx: Knex, accountId: number, purpose?: LinkPurpose): Promise<void> {
  await tx<LinkRow>('sign_in_links')
    .where({ account_id: accountId, ...(purpose && { purpose }) })
    .delete();
}

/** Ends the links of several accounts, given as a query of their IDs. */
export async function endLinksOf(tx: Knex, accountIds: Knex.QueryBuilder): Promise<void> {
  await tx('sign_in_links').whereIn('account_id', accountIds).delete();
}
