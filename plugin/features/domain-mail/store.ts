import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import { Prepared } from '../../database/prepared.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { permittedBy } from '../../panel/directory/rows.js';
import { type Webmail, permittedWebmails } from '../../panel/directory/webmail.js';
import type { MailSettings } from './mail-settings.js';
import type { KeptFields } from './policies/field-texts.js';
import { policyNamed } from './policies/index.js';

/** What a plan offers a domain's owner. */
export interface Offer {
  readonly ownerName: string;
  readonly webmails: readonly Webmail[];
}

interface OfferRow {
  name: string;
  role: string;
  webmails: string | null;
  reseller_webmails: string | null;
}

/** The mail settings in `domains`, within a viewer's scope. */
export class MailSettingsStore {
  readonly #db: Database;
  readonly #offer: Prepared<{ ownerId: number }, OfferRow>;

  constructor(db: Database) {
    this.#db = db;
    this.#offer = new Prepared(db, (value) => offerQuery(db.knex).where('a.id', value('ownerId')));
  }

  /** @param all the webmail applications that there are. */
  async offer(ownerId: number, all: readonly Webmail[]): Promise<Offer> {
    const [row] = await this.#offer.run({ ownerId });
    return offerFrom(row, all);
  }

  /** The offers of these accounts, by ID. */
  async offers(
    ownerIds: readonly number[],
    all: readonly Webmail[],
  ): Promise<ReadonlyMap<number, Offer>> {
    const offers = new Map<number, Offer>();
    for (let start = 0; start < ownerIds.length; start += atOnce) {
      const ids = ownerIds.slice(start, start + atOnce);
      const rows: (OfferRow & { id: number })[] = await offerQuery(this.#db.knex)
        .select('a.id')
        .whereIn('a.id', ids);
      rows.forEach((row) => offers.set(row.id, offerFrom(row, all)));
    }
    return offers;
  }

  /**
   * Writes the settings as version `next` unless somebody has changed them since `version`. @returns whether it did.
   */
  async replace(
    tx: Knex,
    domain: Pick<DomainRow, 'id' | 'version'> & { readonly next: number },
    settings: MailSettings,
    kept: KeptFields,
  ): Promise<boolean> {
    const changed = await tx('domains')
      .where({ id: domain.id, version: domain.version })
      .update({
        ...columnsOf(settings),
        kept_fields: JSON.stringify(kept),
        version: domain.next,
        ...(domain.next !== domain.version && { changed_at: Date.now() }),
      });
    return changed === 1;
  }
}

/** Gives a new domain the default webmail, if its owner's plan permits it. */
export async function giveDefaultWebmail(
  tx: Knex,
  domainId: number,
  all: readonly Webmail[],
): Promise<void> {
  const domain = tx('domains').where({ id: domainId });
  const row: OfferRow | undefined = await offerQuery(tx)
    .where('a.id', domain.clone().select('owner_id'))
    .first();
  const preset = offerFrom(row, all).webmails.find(({ isDefault }) => isDefault);
  if (preset !== undefined) {
    await domain.clone().update({ webmail: preset.key });
  }
}

/** The columns whose values differ from a row's: an index costs a write even where its column stays the same. */
export function changedColumns(
  row: DomainRow,
  wanted: Partial<MailSettings>,
  after: MailSettings,
  kept: KeptFields,
): Columns {
  const before: Readonly<Partial<Record<string, unknown>>> = { ...row };
  const columns = Object.entries(columnsOfWanted(wanted, after, kept));
  return Object.fromEntries(columns.filter(([name, value]) => before[name] !== value));
}

type Columns = Readonly<Record<string, string | number | null>>;

function columnsOfWanted(
  wanted: Partial<MailSettings>,
  after: MailSettings,
  kept: KeptFields,
): Columns {
  const { unknown } = after;
  return {
    ...('enabled' in wanted && { mail_enabled: Number(after.enabled) }),
    ...('webmail' in wanted && { webmail: after.webmail ?? null }),
    ...('relayId' in wanted && { relay_id: after.relayId ?? null }),
    ...('limitPerHour' in wanted && { limit_per_hour: after.limitPerHour ?? null }),
    ...('unknown' in wanted && {
      unknown_policy: unknown.policy,
      ...policyNamed(unknown.policy).columns(unknown),
      kept_fields: JSON.stringify(kept),
    }),
  };
}

/** Databases limit the number of values in a query. */
const atOnce = 1000;

function offerQuery(db: Knex): Knex.QueryBuilder {
  return db('accounts as a')
    .leftJoin('plans as p', 'p.id', 'a.plan_id')
    .leftJoin('accounts as r', 'r.id', 'a.parent_id')
    .leftJoin('plans as q', 'q.id', 'r.plan_id')
    .select('a.name', 'a.role', 'p.webmails', 'q.webmails as reseller_webmails');
}

/** Administrators' own domains are offered everything, others what their plan includes. */
function offerFrom(row: OfferRow | undefined, all: readonly Webmail[]): Offer {
  const keys =
    row?.role === 'administrator'
      ? 'all'
      : permittedBy(row?.webmails ?? null, row?.reseller_webmails ?? null);
  return { ownerName: row?.name ?? '', webmails: permittedWebmails(all, keys) };
}

/** A policy's columns; other policies keep their last values, which no view reads. */
function columnsOf({ enabled, unknown, webmail, relayId, limitPerHour }: MailSettings): object {
  return {
    mail_enabled: Number(enabled),
    unknown_policy: unknown.policy,
    webmail: webmail ?? null,
    relay_id: relayId ?? null,
    limit_per_hour: limitPerHour ?? null,
    ...policyNamed(unknown.policy).columns(unknown),
  };
}

export function settingsFrom(row: DomainRow): MailSettings {
  return {
    enabled: row.mail_enabled === 1,
    unknown: policyNamed(row.unknown_policy).from(row),
    webmail: row.webmail ?? undefined,
    relayId: row.relay_id ?? undefined,
    limitPerHour: row.limit_per_hour ?? undefined,
  };
}

export function keptIn(row: DomainRow): KeptFields {
  const kept: KeptFields = JSON.parse(row.kept_fields ?? '{}');
  return kept;
}
