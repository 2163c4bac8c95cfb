import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Fields } from '../../changes/changed-fields.js';
import { type MailWay, mailWays } from '../../panel-mail/way.js';

/** How mails of the panel leave, and their sender if not the way's default. */
export interface PanelMailChoice {
  readonly way: MailWay;
  /** Undefined unless the way is a server. */
  readonly serverId: number | undefined;
  readonly address: string | undefined;
  readonly name: string | undefined;
}

/** A server that may be chosen: confirmed, and an administrator's. */
export interface ChoosableServer {
  readonly id: number;
  readonly title: string;
  readonly host: string;
  readonly port: number;
}

interface Row {
  readonly id: number;
  readonly way: string;
  readonly server_id: number | null;
  readonly from_address: string | null;
  readonly from_name: string | null;
}

const onlyRow = 1;

export async function readChoice(db: Knex): Promise<PanelMailChoice> {
  const row = await db<Row>('panel_mail_settings').where({ id: onlyRow }).first();
  return choiceFrom(row);
}

/** The same, locking it (FOR UPDATE). */
export async function holdChoice(tx: Knex.Transaction): Promise<PanelMailChoice> {
  const row = await tx<Row>('panel_mail_settings').where({ id: onlyRow }).forUpdate().first();
  return choiceFrom(row);
}

export async function writeChoice(
  tx: Knex,
  { way, serverId, address, name }: PanelMailChoice,
): Promise<void> {
  const row: Row = {
    id: onlyRow,
    way,
    server_id: serverId ?? null,
    from_address: address ?? null,
    from_name: name ?? null,
  };
  await tx('panel_mail_settings').insert(row).onConflict('id').merge();
}

/** In a transaction, locked (FOR SHARE). */
export async function choosableServers(db: Knex): Promise<readonly ChoosableServer[]> {
  const servers = db('smtp_servers')
    .join('accounts', 'accounts.id', 'smtp_servers.owner_id')
    .where({ 'accounts.role': 'administrator', 'smtp_servers.confirmation': 'confirmed' })
    .orderBy(['smtp_servers.sort_title', 'smtp_servers.id'])
    .select('smtp_servers.id', 'title', 'host', 'port');
  return await (db.isTransaction ? servers.forShare() : servers);
}

function choiceFrom(row: Row | undefined): PanelMailChoice {
  return {
    way: mailWays.find((each) => each === row?.way) ?? 'none',
    serverId: row?.server_id ?? undefined,
    address: row?.from_address ?? undefined,
    name: row?.from_name ?? undefined,
  };
}

/** Identifies exactly this choice. */
export function digestOfChoice(choice: PanelMailChoice): string {
  return createHash('sha256')
    .update(JSON.stringify(fieldsOf(choice)))
    .digest('hex');
}

/** A snapshot for the audit log. */
export function fieldsOf({ way, serverId, address, name }: PanelMailChoice): Fields {
  return { way, server: serverId ?? null, address: address ?? null, name: name ?? null };
}
