import Sqlite from 'better-sqlite3';
import type { DatabaseLocation } from '../../plugin/database/database.js';
import { fillSearched } from './fill-mariadb.js';
import { fillServers } from './fill-servers.js';

/** What the measured installation holds. */
export interface Size {
  readonly domains: number;
  readonly mailboxesPerDomain: number;
  readonly servers?: number;
}

const firstCustomer = 1000;
const customers = 1000;

/** Fills a migrated, empty database directly: through the features it would take hours. */
export async function fill(location: DatabaseLocation, size: Size): Promise<void> {
  if (location.engine === 'sqlite') {
    fillSqlite(location.file, size);
  } else {
    await fillSearched(location, 'domains', statementsFor(size));
  }
  if (size.servers !== undefined) {
    await fillServers(location, size.servers);
  }
}

/** Names spread over the alphabet, as those of real customers are. */
export function domainName(id: number): string {
  const mixed = ((id * 2_654_435_761) % 4_294_967_296).toString(36);
  return `${mixed}-${id}.example`;
}

function fillSqlite(file: string, { domains, mailboxesPerDomain }: Size): void {
  const db = new Sqlite(file);
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -262144');
  db.transaction(() => {
    db.exec(`INSERT INTO plans (id, name, permissions, webmails)
      VALUES (1, 'Business', '["domain-mail.change"]', '["roundcube"]')`);
    fillAccounts(db);
    fillDomains(db, domains);
    fillMailboxes(db, domains, mailboxesPerDomain);
  })();
  db.close();
}

function fillAccounts(db: Sqlite.Database): void {
  const insert = db.prepare(
    `INSERT INTO accounts (id, role, login, name, email, plan_id, created_at, search_text)
     VALUES (?, ?, ?, ?, ?, 1, 0, ?)`,
  );
  for (let id = firstCustomer; id < firstCustomer + customers; id += 1) {
    const name = `Customer ${id}`;
    insert.run(id, 'customer', `customer${id}`, name, `c${id}@example.org`, name.toLowerCase());
  }
}

function fillDomains(db: Sqlite.Database, count: number): void {
  const insert = db.prepare(
    `INSERT INTO domains (id, name, sort_name, at_name, postmaster_address, owner_id, mail_enabled,
       unknown_policy, created_at, search_text)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'reject', ?, ?)`,
  );
  for (let id = 1; id <= count; id += 1) {
    const name = domainName(id);
    const owner = firstCustomer + (id % customers);
    insert.run(
      id,
      name,
      name,
      `@${name}`,
      `postmaster@${name}`,
      owner,
      id % 7 === 0 ? 0 : 1,
      1_700_000_000_000 + id * 1000,
      `${name} ${name}\ncustomer ${owner}`,
    );
  }
}

function fillMailboxes(db: Sqlite.Database, domains: number, perDomain: number): void {
  const insert = db.prepare(
    `INSERT INTO mailboxes (domain_id, address, password_hash, created_at) VALUES (?, ?, 'x', 0)`,
  );
  for (let id = 1; id <= domains; id += 1) {
    for (let n = 0; n < perDomain; n += 1) {
      insert.run(id, `user${n}@${domainName(id)}`);
    }
  }
}

/** The same rows, made by the server itself. */
function statementsFor({ domains, mailboxesPerDomain }: Size): readonly string[] {
  const name = `CONCAT(LOWER(CONV(seq * 2654435761 % 4294967296, 10, 36)), '-', seq, '.example')`;
  return [
    `INSERT INTO plans (id, name, permissions, webmails)
     VALUES (1, 'Business', '["domain-mail.change"]', '["roundcube"]')`,
    `INSERT INTO accounts (id, role, login, name, email, plan_id, created_at, search_text)
     SELECT seq, 'customer', CONCAT('customer', seq), CONCAT('Customer ', seq),
       CONCAT('c', seq, '@example.org'), 1, 0, CONCAT('customer ', seq)
     FROM seq_${firstCustomer}_to_${firstCustomer + customers - 1}`,
    `INSERT INTO domains (id, name, sort_name, at_name, postmaster_address, owner_id, mail_enabled,
       unknown_policy, created_at, search_text)
     SELECT seq, name, name, CONCAT('@', name), CONCAT('postmaster@', name), owner, seq % 7 <> 0,
       'reject', 1700000000000 + seq * 1000, CONCAT(name, ' ', name, '\\ncustomer ', owner)
     FROM (SELECT seq, ${name} AS name, ${firstCustomer} + seq % ${customers} AS owner
       FROM seq_1_to_${domains}) AS made`,
    `INSERT INTO mailboxes (domain_id, address, password_hash, created_at)
     SELECT id, CONCAT('user', seq, '@', name), 'x', 0
     FROM domains CROSS JOIN seq_0_to_${mailboxesPerDomain - 1} ORDER BY id`,
  ];
}
