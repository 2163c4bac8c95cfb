import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { digest } from '../../secrets/digest.js';
import { linkLifetimeMs } from './link-lifetime.js';

export interface LinkRow {
  readonly token_hash: string;
  readonly account_id: number;
  readonly expires_at: number;
}

/** Finds a link that can still be used. */
export function linkOf(db: Knex, token: string): Knex.QueryBuilder<LinkRow, LinkRow[]> {
  return db<LinkRow>('sign_in_links')
    .where({ token_hash: digest(token) })
    .andWhere('expires_at', '>', Date.now());
}

/** @returns the token of a new link, valid for one sign-in within 15 minutes. */
export async function insertLink(tx: Knex, accountId: number): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await tx<LinkRow>('sign_in_links').insert({
    token_hash: digest(token),
    account_id: accountId,
    expires_at: Date.now() + linkLifetimeMs,
  });
  return token;
}
