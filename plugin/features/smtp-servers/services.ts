import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';
import type { Language, Locale } from '../../web/locale.js';

/** The built-in services; their names are locale texts. */
export const builtInServices = ['purchasing', 'sales', 'production'] as const;

/** A service that sends mail: built in, or added by an administrator. */
export interface SendingService {
  readonly key: string;
  /** Undefined for built-in services. */
  readonly names: Readonly<Record<Locale, string>> | undefined;
}

export interface ServiceRow {
  readonly key: string;
  readonly name_en: string;
  readonly name_fr: string;
}

export async function listServices(db: Pick<Database, 'knex'>): Promise<readonly SendingService[]> {
  const rows: ServiceRow[] = await db.knex<ServiceRow>('sending_services').orderBy('key');
  return [
    ...builtInServices.map((key) => ({ key, names: undefined })),
    ...rows.map(({ key, name_en: en, name_fr: fr }) => ({ key, names: { en, fr } })),
  ];
}

/** Locks services against removal (FOR SHARE). @returns whether all of them exist. */
export async function holdServices(tx: Knex, keys: readonly string[]): Promise<boolean> {
  const added = keys.filter((key) => !builtInServices.some((each) => each === key));
  const held = await tx<ServiceRow>('sending_services')
    .whereIn('key', added)
    .forShare()
    .pluck('key');
  return held.length === added.length;
}

export function serviceName({ key, names }: SendingService, { t, locale }: Language): string {
  return names === undefined ? t(`smtp-servers.services.${key}`) : names[locale];
}
