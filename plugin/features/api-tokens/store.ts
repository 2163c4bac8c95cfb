import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import { foldText } from '../../database/fold-text.js';
import { type ApiToken, type TokenScope, scopes } from './api-token.js';

interface TokenRow {
  readonly id: number;
  readonly owner_id: number;
  readonly title: string;
  readonly scopes: string;
  readonly created_at: number;
  readonly last_used_at: number | null;
}

/** Tokens of one account at a time, except to authenticate. */
export class ApiTokenStore {
  readonly #db: Database;
  readonly #byHash: Prepared<{ hash: string }, TokenRow>;

  constructor(db: Database) {
    this.#db = db;
    this.#byHash = new Prepared(db, (value) =>
      db.knex('api_tokens').where('token_hash', value('hash')),
    );
  }

  async findByHash(hash: string): Promise<ApiToken | undefined> {
    const [row] = await this.#byHash.run({ hash });
    return row && tokenFrom(row);
  }

  async find(ownerId: number, id: number, db: Knex = this.#db.knex): Promise<ApiToken | undefined> {
    const row = await db<TokenRow>('api_tokens').where({ id, owner_id: ownerId }).first();
    return row && tokenFrom(row);
  }

  async count(tx: Knex, ownerId: number): Promise<number> {
    const ids = await tx('api_tokens').where({ owner_id: ownerId }).forUpdate().pluck('id');
    return ids.length;
  }

  async insert(
    tx: Knex,
    token: Pick<ApiToken, 'ownerId' | 'title' | 'scopes'> & { readonly hash: string },
  ): Promise<void> {
    await tx('api_tokens').insert({
      owner_id: token.ownerId,
      title: token.title,
      sort_title: foldText(token.title).slice(0, 200),
      token_hash: token.hash,
      scopes: token.scopes.join(' '),
      created_at: Date.now(),
    });
  }

  async setUsed(id: number, at: number): Promise<void> {
    await this.#db.transaction((tx) => tx('api_tokens').where({ id }).update({ last_used_at: at }));
  }

  /** @returns whether it still existed: of several concurrent removals, only one succeeds. */
  async remove(tx: Knex, id: number): Promise<boolean> {
    return (await tx('api_tokens').where({ id }).delete()) === 1;
  }
}

export function scopesIn(text: string): readonly TokenScope[] {
  const named = new Set(text.split(' '));
  return scopes.filter((scope) => named.has(scope));
}

function tokenFrom(row: TokenRow): ApiToken {
  return {
    id: row.id,
    ownerId: row.owner_id,
    title: row.title,
    scopes: scopesIn(row.scopes),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
