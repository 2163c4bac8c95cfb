import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { type Logo, type LogoRefusal, readLogo } from './logo.js';

interface LogoRow {
  readonly server_id: number;
  readonly type: string;
  readonly content: Buffer;
  /** Null for uploads that were stored before logos were redrawn. */
  readonly width: number | null;
  readonly height: number | null;
  /** Why an upload cannot be drawn. */
  readonly refusal: LogoRefusal | null;
}

/** The logos of SMTP servers, by the IDs of servers found within a scope. */
export class LogoStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async of(serverId: number): Promise<Logo | undefined> {
    const stored = await this.stored(serverId);
    return typeof stored === 'string' ? undefined : stored;
  }

  /** @returns the logo, or why a stored upload cannot be drawn. */
  async stored(serverId: number): Promise<Logo | LogoRefusal | undefined> {
    const row = await this.#rows(this.#db.knex).where({ server_id: serverId }).first();
    return row && (row.refusal ?? logoIn(row) ?? (await this.#drawStored(row)));
  }

  async put(tx: Knex, serverId: number, logo: Logo): Promise<void> {
    const { type, content, width, height } = logo;
    await this.#rows(tx)
      .insert({ server_id: serverId, type, content, width, height, refusal: null })
      .onConflict('server_id')
      .merge();
  }

  /** @returns whether there was one. */
  async remove(tx: Knex, serverId: number): Promise<boolean> {
    return (await this.#rows(tx).where({ server_id: serverId }).delete()) > 0;
  }

  /** Once for each: a file that cannot be drawn stays as it is. */
  async #drawStored({ server_id, content: file }: LogoRow): Promise<Logo | LogoRefusal> {
    const logo = await readLogo(file);
    const drawn = typeof logo === 'string' ? { refusal: logo } : logo;
    await this.#db.transaction((tx) =>
      this.#rows(tx).where({ server_id, content: file, width: null, refusal: null }).update(drawn),
    );
    return logo;
  }

  #rows(db: Knex): Knex.QueryBuilder<LogoRow, LogoRow[]> {
    return db<LogoRow>('smtp_server_logos');
  }
}

function logoIn({ type, content, width, height }: LogoRow): Logo | undefined {
  return (type === 'image/png' || type === 'image/jpeg') && width !== null && height !== null
    ? { type, content, width, height }
    : undefined;
}
