import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { type Secrets, keyIdOf } from '../../secrets/secrets.js';
import type { ServerSecret } from './smtp-server.js';

interface Row {
  readonly id: number;
  readonly secret: string | null;
}

const resealedAtOnce = 200;

/** The passwords and tokens of SMTP servers, which the database holds encrypted. */
export class StoredSecrets {
  readonly #db: Database;
  readonly #secrets: Secrets;

  constructor(db: Database, secrets: Secrets) {
    this.#db = db;
    this.#secrets = secrets;
  }

  async of(db: Knex, id: number): Promise<ServerSecret> {
    return this.#opened(await rowOf(db, id));
  }

  /** What may stay when the server is changed: nothing that the keys do not open any more, as after a restore. */
  async kept(db: Knex, id: number): Promise<ServerSecret> {
    const row = await rowOf(db, id);
    try {
      return this.#opened(row);
    } catch {
      return {};
    }
  }

  async write(tx: Knex, id: number, secret: ServerSecret): Promise<void> {
    const isEmpty = Object.keys(secret).length === 0;
    const sealed = isEmpty ? null : this.#secrets.seal(JSON.stringify(secret), placeOf(id));
    await tx('smtp_servers').where({ id }).update({ secret: sealed });
  }

  /** The keys that some of them are encrypted with and that are not there, as after a restore. */
  async lostKeyIds(): Promise<readonly string[]> {
    return (await sealedKeyIds(this.#db.knex)).filter((id) => !this.#secrets.hasKey(id));
  }

  /**
   * Encrypts all of them with the newest key.
   *
   * @returns how many were not.
   */
  async reseal(): Promise<number> {
    let count = 0;
    let last = 0;
    for (;;) {
      const rows = await this.#resealAfter(last);
      count += rows.filter((row) => this.#isOld(row)).length;
      last = rows.at(-1)?.id ?? last;
      if (rows.length < resealedAtOnce) {
        return count;
      }
    }
  }

  /** @returns the rows as they were. */
  async #resealAfter(last: number): Promise<readonly Row[]> {
    return await this.#db.transaction(async (tx) => {
      const rows: Row[] = await tx<Row>('smtp_servers')
        .select('id', 'secret')
        .where('id', '>', last)
        .whereNotNull('secret')
        .orderBy('id')
        .limit(resealedAtOnce)
        .forUpdate();
      for (const row of rows.filter((each) => this.#isOld(each))) {
        await this.write(tx, row.id, this.#opened(row));
      }
      return rows;
    });
  }

  #isOld({ secret }: Row): boolean {
    return secret !== null && !this.#secrets.isCurrent(secret);
  }

  #opened({ id, secret }: Row): ServerSecret {
    if (secret === null) {
      return {};
    }
    const opened: ServerSecret = JSON.parse(this.#secrets.open(secret, placeOf(id)));
    return opened;
  }
}

/** The ids of the keys that the passwords of SMTP servers are encrypted with. */
export async function sealedKeyIds(db: Knex): Promise<readonly string[]> {
  const rows = await db<Row>('smtp_servers')
    .whereNotNull('secret')
    .distinct<{ start: string }[]>(db.raw('substr(secret, 1, 16) AS start'));
  return [...new Set(rows.map(({ start }) => keyIdOf(start)))];
}

async function rowOf(db: Knex, id: number): Promise<Row> {
  const row = await db<Row>('smtp_servers').select('secret').where({ id }).first();
  return { id, secret: row?.secret ?? null };
}

function placeOf(id: number): { table: string; row: number; column: string } {
  return { table: 'smtp_servers', row: id, column: 'secret' };
}
