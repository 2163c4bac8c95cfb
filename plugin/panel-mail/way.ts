import type { Knex } from 'knex';
import { shared } from '../database/locks.js';

export const mailWays = ['none', 'mail-host', 'server'] as const;
/** How mails of the panel leave: not at all, through this machine's mail host, or an SMTP server. */
export type MailWay = (typeof mailWays)[number];

/** A way that can be used now, and the administrator whose outbox shows the mails. */
export type UsableWay =
  | { readonly way: 'mail-host'; readonly ownerId: number }
  | { readonly way: 'server'; readonly ownerId: number; readonly serverId: number };

interface ChosenRow {
  readonly way: MailWay;
  readonly server_id: number | null;
  readonly owner_id: number | null;
}

/**
 * Undefined without a choice, and while it cannot be used: the server must be confirmed, and belong to an administrator
 * who is not suspended.
 */
export async function usableWay(db: Knex): Promise<UsableWay | undefined> {
  const chosen: ChosenRow | undefined = await db('panel_mail_settings as chosen')
    .leftJoin('smtp_servers as s', (on) => {
      on.on('s.id', 'chosen.server_id').andOnVal('s.confirmation', 'confirmed');
    })
    .leftJoin('accounts as a', (on) => {
      on.on('a.id', 's.owner_id').andOnVal('a.role', 'administrator').andOnVal('a.suspended', 0);
    })
    .first('chosen.way', 's.id as server_id', 'a.id as owner_id');
  if (chosen?.way === 'mail-host') {
    const ownerId = await firstAdministrator(db);
    return ownerId === undefined ? undefined : { way: 'mail-host', ownerId };
  }
  const { server_id: serverId, owner_id: ownerId } = chosen ?? {};
  return typeof serverId === 'number' && typeof ownerId === 'number'
    ? { way: 'server', serverId, ownerId }
    : undefined;
}

/** The server that an administrator chose, whether or not it can be used now. In a transaction, locked (FOR SHARE). */
export async function chosenServer(db: Knex): Promise<number | undefined> {
  const chosen = db('panel_mail_settings').whereNotNull('server_id');
  const row: { id: number } | undefined = await shared(db, chosen).first('server_id as id');
  return row?.id;
}

/** The mail host is nobody's, so the first administrator's outbox shows what leaves through it. */
async function firstAdministrator(db: Knex): Promise<number | undefined> {
  const administrators = db('accounts').where({ role: 'administrator', suspended: 0 });
  const first: { id: number } | undefined = await administrators.orderBy('id').first('id');
  return first?.id;
}
