import Sqlite from 'better-sqlite3';

/** What the measured installation holds. */
export interface Size {
  readonly domains: number;
  readonly mailboxesPerDomain: number;
}

/** Fills a migrated, empty SQLite database directly: through the features it would take hours. */
export function fillSqlite(file: string, { domains, mailboxesPerDomain }: Size): void {
  const db = new Sqlite(file);
  db.pragma('synchronous = OFF');
  db.transaction(() => {
    db.exec(`INSERT INTO plans (id, name, permissions, webmails)
      VALUES (1, 'Business', '["domain-mail.change"]', '["roundcube"]')`);
    fillAccounts(db);
    fillDomains(db, domains);
    fillMailboxes(db, domains, mailboxesPerDomain);
  })();
  db.exec('ANALYZE');
  db.close();
}

const customers = 1000;

function fillAccounts(db: Sqlite.Database): void {
  const insert = db.prepare(
    `INSERT INTO accounts (id, role, login, name, email, plan_id, created_at, search_text)
     VALUES (?, ?, ?, ?, ?, 1, 0, ?)`,
  );
  for (let id = 1000; id < 1000 + customers; id += 1) {
    const name = `Customer ${id}`;
    insert.run(id, 'customer', `customer${id}`, name, `c${id}@example.org`, name.toLowerCase());
  }
}

function fillDomains(db: Sqlite.Database, count: number): void {
  const insert = db.prepare(
    `INSERT INTO domains (id, name, at_name, postmaster_address, sort_name, owner_id, mail_enabled,
       unknown_policy, created_at, search_text)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'reject', ?, ?)`,
  );
  for (let id = 1; id <= count; id += 1) {
    const name = domainName(id);
    const owner = 1000 + (id % customers);
    insert.run(
      id,
      name,
      `@${name}`,
      `postmaster@${name}`,
      name,
      owner,
      id % 7 === 0 ? 0 : 1,
      1_700_000_000_000 + id * 1000,
      `${name} customer ${owner}`,
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

/** Names spread over the alphabet, as those of real customers are. */
export function domainName(id: number): string {
  const mixed = ((id * 2_654_435_761) % 4_294_967_296).toString(36);
  return `${mixed}-${id}.example`;
}
