import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { foldText } from '../../database/fold-text.js';
import { Prepared } from '../../database/prepared.js';
import { type Webmail, webmailIcons } from './webmail.js';

export type NewWebmail = Omit<Webmail, 'id' | 'version' | 'isDefault'>;

interface WebmailRow {
  readonly id: number;
  readonly key: string;
  readonly name: string;
  readonly address: string | null;
  readonly icon: string;
  readonly is_default: number | null;
  readonly version: number;
}

/** Webmail applications, which belong to the whole installation: callers check who may choose or change them. */
export class WebmailStore {
  readonly #all: Prepared<Record<string, never>, WebmailRow>;

  constructor(db: Database) {
    this.#all = new Prepared(db, () => inOrder(db.knex));
  }

  /** By name; read anew each time, so that a change shows at the next request in every process. */
  async list(): Promise<readonly Webmail[]> {
    return (await this.#all.run({})).map(webmailFrom);
  }

  /** The same in a transaction, locking the rows (FOR UPDATE). */
  async hold(tx: Knex.Transaction): Promise<readonly Webmail[]> {
    return (await inOrder(tx).forUpdate()).map(webmailFrom);
  }

  /** Whether a domain holds a key, perhaps that of a removed application. */
  async isHeld(tx: Knex, key: string): Promise<boolean> {
    return (await tx('domains').where({ webmail: key }).first('id')) !== undefined;
  }

  async insert(tx: Knex, webmail: NewWebmail): Promise<number> {
    const [id] = await tx('webmails').insert({
      ...columnsOf(webmail),
      key: webmail.key,
      created_at: Date.now(),
    });
    return Number(id);
  }

  /** Writes it as version `next` unless somebody has changed it since `version`. @returns whether it did. */
  async replace(
    tx: Knex,
    { id, version, next }: Pick<Webmail, 'id' | 'version'> & { readonly next: number },
    webmail: NewWebmail,
  ): Promise<boolean> {
    const changed = await tx('webmails')
      .where({ id, version })
      .update({ ...columnsOf(webmail), version: next });
    return changed === 1;
  }

  /** Makes it the only default, or none. */
  async setDefault(tx: Knex, id: number | undefined): Promise<void> {
    await tx('webmails').whereNotNull('is_default').update({ is_default: null });
    if (id !== undefined) {
      await tx('webmails').where({ id }).update({ is_default: 1 });
    }
  }

  async remove(tx: Knex, id: number): Promise<void> {
    await tx('webmails').where({ id }).delete();
  }
}

function inOrder(db: Knex): Knex.QueryBuilder {
  return db('webmails')
    .select('id', 'key', 'name', 'address', 'icon', 'is_default', 'version')
    .orderBy('sort_name');
}

function columnsOf({ key, name, address, icon }: NewWebmail): object {
  return {
    name,
    sort_name: foldText(name),
    address: address ?? null,
    icon,
    search_text: foldText(`${name} ${key} ${address ?? ''}`),
  };
}

function webmailFrom(row: WebmailRow): Webmail {
  return {
    id: row.id,
    key: row.key,
    name: row.name,
    address: row.address ?? undefined,
    icon: webmailIcons.find((icon) => icon === row.icon) ?? 'mail',
    isDefault: row.is_default === 1,
    version: row.version,
  };
}
