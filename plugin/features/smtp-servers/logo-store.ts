import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import type { Logo } from './logo.js';

/** The logos of SMTP servers, by the ids of servers that were found within a scope. */
export class LogoStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async of(serverId: number): Promise<Logo | undefined> {
    return await this.#db
      .knex<Logo & { server_id: number }>('smtp_server_logos')
      .where({ server_id: serverId })
      .first('type', 'content');
  }

  async put(tx: Knex, serverId: number, { type, content }: Logo): Promise<void> {
    await tx('smtp_server_logos')
      .insert({ server_id: serverId, type, content })
      .onConflict('server_id')
      .merge();
  }

  /** Says whether there was one. */
  async remove(tx: Knex, serverId: number): Promise<boolean> {
    return (await tx('smtp_server_logos').where({ server_id: serverId }).delete()) > 0;
  }
}
