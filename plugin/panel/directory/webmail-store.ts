import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { foldText } from '../../database/fold-text.js';
import { Prepared } from '../../database/prepared.js';
import { type PlanRow, stringsIn } from './rows.js';
import { type Webmail, webmailIcons } from './webmail.js';

export type NewWebmail = Omit<Webmail, 'id' | 'version'>;

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

  /** Those with these IDs; in a transaction, locks them (FOR UPDATE). */
  async among(db: Knex, ids: readonly number[]): Promise<readonly Webmail[]> {
    const rows = inOrder(db).whereIn('id', [...ids]);
    return (await (db.isTransaction ? rows.forUpdate() : rows)).map(webmailFrom);
  }

  /** The plans that permit a key. */
  async plansWith(
    db: Knex,
    key: string,
  ): Promise<readonly { readonly id: number; readonly name: string }[]> {
    return (await plansIn(db))
      .filter(({ webmails }) => stringsIn(webmails).includes(key))
      .map(({ id, name }) => ({ id, name }));
  }

  /** Removes it, also from plans. Domains keep its key. */
  async remove(tx: Knex, { id, key }: Pick<Webmail, 'id' | 'key'>): Promise<void> {
    for (const plan of await plansIn(tx)) {
      const permitted = stringsIn(plan.webmails);
      if (permitted.includes(key)) {
        const webmails = JSON.stringify(permitted.filter((each) => each !== key));
        await tx('plans').where({ id: plan.id }).update({ webmails });
      }
    }
    await tx('webmails').where({ id }).delete();
  }
}

/** The applications, by name. */
export async function webmailsIn(db: Knex): Promise<readonly Webmail[]> {
  return (await inOrder(db)).map(webmailFrom);
}

async function plansIn(db: Knex): Promise<readonly Pick<PlanRow, 'id' | 'name' | 'webmails'>[]> {
  return await db<PlanRow>('plans').orderBy('sort_name').select('id', 'name', 'webmails');
}

function inOrder(db: Knex): Knex.QueryBuilder {
  return db('webmails')
    .select('id', 'key', 'name', 'address', 'icon', 'is_default', 'version')
    .orderBy('sort_name');
}

function columnsOf({ key, name, address, icon, isDefault }: NewWebmail): object {
  return {
    name,
    sort_name: foldText(name),
    address: address ?? null,
    icon,
    is_default: isDefault ? 1 : null,
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
