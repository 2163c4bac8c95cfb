import type { Knex } from 'knex';
import type { SecretPlace, Secrets } from '../../secrets/secrets.js';
import type { ServerSecret } from './smtp-server.js';

export const serverSecrets = { table: 'smtp_servers', column: 'secret' } as const;

interface Row {
  readonly id: number;
  readonly secret: string | null;
}

/** The encrypted passwords and tokens of SMTP servers. */
export class StoredSecrets {
  readonly #secrets: Secrets;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  async of(db: Knex, id: number): Promise<ServerSecret> {
    return this.#opened(await rowOf(db, id));
  }

  /** The stored secret that a change may keep; empty if no key decrypts it, as after a restore. */
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

  #opened({ id, secret }: Row): ServerSecret {
    if (secret === null) {
      return {};
    }
    const opened: ServerSecret = JSON.parse(this.#secrets.open(secret, placeOf(id)));
    return opened;
  }
}

async function rowOf(db: Knex, id: number): Promise<Row> {
  const row = await db<Row>('smtp_servers').select('secret').where({ id }).first();
  return { id, secret: row?.secret ?? null };
}

function placeOf(row: number): SecretPlace {
  return { ...serverSecrets, row };
}
