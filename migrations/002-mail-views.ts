import type { Knex } from 'knex';
import { isServer } from './schema.js';

export async function up(db: Knex): Promise<void> {
  await addPostmasterUtf8Address(db);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('DROP INDEX domains_postmaster_utf8_address ' + (isServer(db) ? 'ON domains' : ''));
  await db.raw('ALTER TABLE domains DROP COLUMN postmaster_utf8_address');
}

/** Like `postmaster_address`, for senders who write the domain in U-labels. */
async function addPostmasterUtf8Address(db: Knex): Promise<void> {
  const value = isServer(db)
    ? "CONCAT('postmaster', at_utf8_name)"
    : "'postmaster' || at_utf8_name";
  await db.raw(
    `ALTER TABLE domains ADD COLUMN postmaster_utf8_address VARCHAR(264) AS (${value}) VIRTUAL`,
  );
  await db.raw('CREATE INDEX domains_postmaster_utf8_address ON domains (postmaster_utf8_address)');
}
