import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { shared } from '../../database/locks.js';
import { Prepared } from '../../database/prepared.js';
import { type Scope, isWithin, ownersIn } from '../../viewing/scope.js';
import type { Failure } from '../../sending/outcomes.js';
import type { Secrets } from '../../secrets/secrets.js';
import { StoredSecrets } from './stored-secrets.js';
import { foldText } from '../../database/fold-text.js';
import { forgetTroubles } from './troubles.js';
import type { Confirmation, ServerSecret, SmtpServer, SmtpServerFields } from './smtp-server.js';

export interface ServerRow extends Pick<
  SmtpServerFields,
  'title' | 'host' | 'port' | 'authentication' | 'security' | 'address' | 'usage' | 'signature'
> {
  readonly id: number;
  readonly owner_id: number;
  readonly reseller_id: number | null;
  readonly sender_name: string;
  readonly user_name: string;
  readonly secret: string | null;
  readonly oauth_client_id: string | null;
  readonly oauth_token_url: string | null;
  readonly confirmation: Confirmation['state'];
  readonly confirmation_at: number | null;
  readonly confirmation_outcome: Failure | null;
  readonly version: number;
  readonly created_at: number;
}

/** SMTP servers within a viewer's scope, and their secrets, which leave the store only for a connection. */
export class SmtpServerStore {
  readonly #db: Database;
  readonly secrets: StoredSecrets;
  readonly #byId: Prepared<{ id: number }, ServerRow>;

  constructor(db: Database, secrets: Secrets) {
    this.#db = db;
    this.secrets = new StoredSecrets(secrets);
    this.#byId = new Prepared(db, (value) => db.knex('smtp_servers').where('id', value('id')));
  }

  async find(scope: Scope, id: number): Promise<SmtpServer | undefined> {
    const [row] = await this.#byId.run({ id });
    return row !== undefined && isWithin(scope, row)
      ? serverFrom(row, await this.#servicesOf(this.#db.knex, id))
      : undefined;
  }

  /** Locks the server (FOR UPDATE). */
  async held(tx: Knex, scope: Scope, id: number): Promise<SmtpServer | undefined> {
    const row = await tx<ServerRow>('smtp_servers').where({ id }).forUpdate().first();
    return row !== undefined && isWithin(scope, row)
      ? serverFrom(row, await this.#servicesOf(tx, id))
      : undefined;
  }

  /** The servers with these IDs within the scope; in a transaction, locked. */
  async among(db: Knex, scope: Scope, ids: readonly number[]): Promise<readonly SmtpServer[]> {
    const query = db<ServerRow>('smtp_servers').whereIn('id', ids).orderBy('id');
    const rows: ServerRow[] = await (db.isTransaction ? query.forUpdate() : query);
    const within = rows.filter((row) => isWithin(scope, row));
    return await this.#withServices(db, within);
  }

  /**
   * The confirmed servers of an account for a service, those reserved for it first.
   *
   * @param service undefined finds those for any.
   */
  async confirmedOf(ownerId: number, service?: string): Promise<readonly SmtpServer[]> {
    const rows: ServerRow[] = await this.#db
      .knex<ServerRow>('smtp_servers')
      .where({ owner_id: ownerId, confirmation: 'confirmed' })
      .orderBy('id');
    const servers = await this.#withServices(this.#db.knex, rows);
    return servers
      .filter(
        ({ usage, services }) =>
          service === undefined || usage === 'default' || services.includes(service),
      )
      .toSorted((a, b) => Number(a.usage === 'default') - Number(b.usage === 'default'));
  }

  async secretOf(db: Knex, id: number): Promise<ServerSecret> {
    return await this.secrets.of(db, id);
  }

  async count(tx: Knex, ownerId: number): Promise<number> {
    const ids = await tx('smtp_servers').where({ owner_id: ownerId }).forUpdate().pluck('id');
    return ids.length;
  }

  /** @param owner an account and the reseller that it belongs to, if any. */
  async insert(
    tx: Knex.Transaction,
    owner: { readonly id: number; readonly resellerId: number | undefined },
    fields: SmtpServerFields,
    secret: ServerSecret,
  ): Promise<number> {
    const [inserted] = await tx('smtp_servers').insert({
      ...columnsOf(fields),
      owner_id: owner.id,
      // A login never changes.
      sort_owner: tx('accounts').where({ id: owner.id }).select('login'),
      reseller_id: owner.resellerId ?? null,
      created_at: Date.now(),
    });
    const id = Number(inserted);
    await this.secrets.write(tx, id, secret);
    await writeServices(tx, id, fields);
    return id;
  }

  /** Writes a locked server as this version. @param secret the new secret. */
  async replace(
    tx: Knex.Transaction,
    { id, version }: Pick<SmtpServer, 'id' | 'version'>,
    fields: SmtpServerFields,
    secret: ServerSecret,
  ): Promise<void> {
    await tx('smtp_servers')
      .where({ id })
      .update({ ...columnsOf(fields), version });
    await forgetTroubles(tx, id);
    await this.secrets.write(tx, id, secret);
    await writeServices(tx, id, fields);
  }

  /** Not a change by people, so the version stays. */
  async setConfirmation(tx: Knex, id: number, { state, at, outcome }: Confirmation): Promise<void> {
    await tx('smtp_servers')
      .where({ id })
      .update({
        confirmation: state,
        confirmation_at: at ?? null,
        confirmation_outcome: outcome ?? null,
      });
  }

  /** Invalidates earlier confirmation links. */
  async unconfirm(tx: Knex, id: number): Promise<void> {
    await tx('smtp_confirmations').where({ server_id: id }).delete();
    await this.setConfirmation(tx, id, { state: 'never', at: undefined, outcome: undefined });
  }

  async remove(tx: Knex, ids: readonly number[]): Promise<void> {
    await tx('smtp_servers')
      .whereIn('id', [...ids])
      .delete();
  }

  /**
   * The first names of the domains that use each of the servers as their relay, at most `most`. In a transaction it locks
   * them (FOR SHARE).
   */
  async relayedDomainsAmong(
    db: Knex,
    ids: readonly number[],
    most: number,
  ): Promise<ReadonlyMap<number, readonly string[]>> {
    const numbered = shared(db, db('domains'))
      .whereIn('relay_id', ids)
      .select('relay_id', 'name')
      .rowNumber('place', (window) => {
        window.partitionBy('relay_id').orderBy('sort_name');
      });
    const rows: { relay_id: unknown; name: string }[] = await db
      .from(numbered.as('numbered'))
      .where('place', '<=', most)
      .orderBy(['relay_id', 'place']);
    const names = new Map<number, string[]>();
    for (const { relay_id: id, name } of rows) {
      names.set(Number(id), [...(names.get(Number(id)) ?? []), name]);
    }
    return names;
  }

  /** The names of the domains that use it as their relay. */
  async relayedDomains(db: Knex, id: number): Promise<readonly string[]> {
    return await db('domains').where({ relay_id: id }).orderBy('sort_name').pluck('name');
  }

  async relayedDomainIds(db: Knex, id: number): Promise<readonly number[]> {
    const ids: readonly unknown[] = await db('domains').where({ relay_id: id }).pluck('id');
    return ids.map(Number);
  }

  async #withServices(db: Knex, rows: readonly ServerRow[]): Promise<readonly SmtpServer[]> {
    const ids = rows.map(({ id }) => id);
    const every = db<{ server_id: number; service: string }>('smtp_server_services');
    const chosen = await shared(db, every).whereIn('server_id', ids).orderBy('service');
    const services = new Map<number, string[]>(ids.map((id) => [id, []]));
    for (const { server_id: id, service } of chosen) {
      services.get(id)?.push(service);
    }
    return rows.map((row) => serverFrom(row, services.get(row.id) ?? []));
  }

  async #servicesOf(db: Knex, id: number): Promise<readonly string[]> {
    return await db('smtp_server_services')
      .where({ server_id: id })
      .orderBy('service')
      .pluck('service');
  }
}

async function writeServices(
  tx: Knex,
  id: number,
  { usage, services }: SmtpServerFields,
): Promise<void> {
  await tx('smtp_server_services').where({ server_id: id }).delete();
  if (usage === 'custom' && services.length > 0) {
    await tx('smtp_server_services').insert(
      services.map((service) => ({ server_id: id, service })),
    );
  }
}

function columnsOf(fields: SmtpServerFields): Record<string, unknown> {
  return {
    title: fields.title,
    sort_title: foldText(fields.title).slice(0, longestSortTitle),
    host: fields.host,
    port: fields.port,
    authentication: fields.authentication,
    security: fields.security,
    address: fields.address,
    sender_name: fields.senderName,
    user_name: fields.user,
    oauth_client_id: fields.oauthClientId || null,
    oauth_token_url: fields.oauthTokenUrl || null,
    usage: fields.usage,
    signature: fields.signature,
    search_text: searchTextOf(fields),
  };
}

const longestSortTitle = 200;

/** A list's search text: what its columns show. */
function searchTextOf(
  fields: Pick<SmtpServerFields, 'title' | 'host' | 'address' | 'senderName' | 'user'>,
): string {
  return foldText(
    [fields.title, fields.host, fields.address, fields.senderName, fields.user].join(' '),
  );
}

function serverFrom(row: ServerRow, services: readonly string[]): SmtpServer {
  return {
    ...ownersIn(row),
    id: row.id,
    title: row.title,
    host: row.host,
    port: row.port,
    authentication: row.authentication,
    security: row.security,
    address: row.address,
    senderName: row.sender_name,
    user: row.user_name,
    oauthClientId: row.oauth_client_id ?? '',
    oauthTokenUrl: row.oauth_token_url ?? '',
    usage: row.usage,
    services,
    signature: row.signature,
    hasSecret: row.secret !== null,
    confirmation: {
      state: row.confirmation,
      at: row.confirmation_at ?? undefined,
      outcome: row.confirmation_outcome ?? undefined,
    },
    version: row.version,
    createdAt: row.created_at,
  };
}
