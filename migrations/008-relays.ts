import type { Knex } from 'knex';
import { createView } from './schema.js';

/** What the mail servers ask about the sender of a message, whose domain may have a relay. */
export async function up(db: Knex): Promise<void> {
  for (const [view, selects] of Object.entries(branches)) {
    await createView(db, view, selects);
  }
}

export async function down(db: Knex): Promise<void> {
  for (const view of Object.keys(branches)) {
    await db.raw('DROP VIEW IF EXISTS ??', [view]);
  }
}

const hasRelay = 'd.mail_enabled = 1 AND d.suspended = 0 AND d.relay_id IS NOT NULL';
const fromDomains = `FROM domains d WHERE ${hasRelay}`;

/** One that is not its owner's, not confirmed or gone is no server, but the domain has a relay all the same. */
const fromRelays = `FROM domains d LEFT JOIN smtp_servers s ON s.id = d.relay_id
  AND s.owner_id = d.owner_id AND s.confirmation = 'confirmed' AND s.authentication <> 'xoauth2'
  WHERE ${hasRelay}`;

/** A name that is never found keeps the message in the queue: what was to leave by a relay goes no other way. */
const relayTransport = `CASE
  WHEN s.id IS NULL THEN 'relay-unconfirmed:[unconfirmed.relais.invalid]'
  ELSE 'relay-' || s.security || '-' || s.authentication || ':[' || s.host || ']:' || s.port END`;

const mustLogIn = "'553 5.7.1 Log in to send as this domain'";

export const branches: Readonly<Record<string, readonly string[]>> = {
  postfix_sender_transport: [
    `SELECT d.id AS domain_id, d.at_name AS lookup_key, ${relayTransport} AS result ${fromRelays}`,
    `SELECT d.id AS domain_id, d.at_utf8_name AS lookup_key, ${relayTransport} AS result ${fromRelays}
     AND d.at_utf8_name IS NOT NULL`,
  ],

  postfix_sender_access: [
    `SELECT d.id AS domain_id, d.name AS lookup_key, ${mustLogIn} AS result ${fromDomains}`,
    `SELECT d.id AS domain_id, d.utf8_name AS lookup_key, ${mustLogIn} AS result ${fromDomains}
     AND d.utf8_name IS NOT NULL`,
  ],
};
