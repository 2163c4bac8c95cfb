import type { Knex } from 'knex';
import { digest } from '../../secrets/digest.js';

/** A link that confirms a server, stored as a digest. */
export interface LinkRow {
  readonly token_hash: string;
  readonly server_id: number;
  readonly expires_at: number;
}

export function linksIn(db: Knex): Knex.QueryBuilder<LinkRow, LinkRow[]> {
  return db<LinkRow>('smtp_confirmations');
}

/** Finds a link that can still be used. */
export function findLink(db: Knex, token: string): Knex.QueryBuilder<LinkRow, LinkRow[]> {
  return linksIn(db)
    .where({ token_hash: digest(token) })
    .andWhere('expires_at', '>', Date.now());
}
