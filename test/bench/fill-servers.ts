import Sqlite from 'better-sqlite3';
import type { DatabaseLocation } from '../../plugin/database/database.js';
import { fillSearched } from './fill-mariadb.js';

/** An account whose own list is long. */
export const largeOwner = { id: 1000, servers: 25_000 } as const;
const firstOwner = 1001;
const owners = 999;

/** Adds SMTP servers to a filled installation: a large account's first, then all others' in turn. */
export async function fillServers(location: DatabaseLocation, count: number): Promise<void> {
  if (location.engine === 'sqlite') {
    fillSqlite(location.file, count);
  } else {
    await fillSearched(location, 'smtp_servers', [statementFor(count)]);
  }
}

/** Titles, hosts and addresses spread over the alphabet. */
export function serverTitle(id: number): string {
  return `${((id * 2_654_435_761) % 4_294_967_296).toString(36)} ${id}`;
}

const columns = `id, owner_id, title, sort_title, host, port, authentication, security, address, sender_name,
  user_name, signature, confirmation, created_at, search_text`;

/** Recreates indexes and triggers after the rows, since one by one they would take most of the time. */
function fillSqlite(file: string, count: number): void {
  const db = new Sqlite(file);
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -524288');
  const made = db
    .prepare<[], { type: string; name: string; sql: string }>(
      "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'smtp_servers' AND type <> 'table' AND sql IS NOT NULL",
    )
    .all();
  db.transaction(() => {
    made.forEach(({ type, name }) => db.exec(`DROP ${type} ${name}`));
    const insert = db.prepare(`INSERT INTO smtp_servers (${columns})
      VALUES (?, ?, ?, ?, ?, 587, 'login', 'starttls', ?, ?, ?, '', ?, ?, ?)`);
    for (let id = 1; id <= count; id += 1) {
      const owner = id <= largeOwner.servers ? largeOwner.id : firstOwner + (id % owners);
      const title = serverTitle(id);
      const [name = ''] = title.split(' ');
      const host = `smtp.${name}.example`;
      const address = `mail@${name}-${id}.example`;
      const sender = `Sender ${name}`;
      const search = `${title} ${host} ${address} sender ${name} user${id}`;
      const state = id % 3 === 0 ? 'confirmed' : 'never';
      insert.run(
        id,
        owner,
        title,
        title,
        host,
        address,
        sender,
        `user${id}`,
        state,
        1_700_000_000_000 + id * 1000,
        search,
      );
    }
    db.exec(`INSERT INTO smtp_servers_search (rowid, search_text)
      SELECT id, search_text FROM smtp_servers`);
    made.forEach(({ sql }) => db.exec(sql));
  })();
  db.close();
}

function statementFor(count: number): string {
  const name = 'LOWER(CONV(seq * 2654435761 % 4294967296, 10, 36))';
  const owner = `IF(seq <= ${largeOwner.servers}, ${largeOwner.id}, ${firstOwner} + seq % ${owners})`;
  const made = `SELECT seq, ${owner} AS owner, ${name} AS name, CONCAT(${name}, ' ', seq) AS title FROM seq_1_to_${count}`;
  return `INSERT INTO smtp_servers (${columns})
     SELECT seq, owner, title, title, CONCAT('smtp.', name, '.example'), 587, 'login', 'starttls',
       CONCAT('mail@', name, '-', seq, '.example'), CONCAT('Sender ', name), CONCAT('user', seq), '',
       IF(seq % 3 = 0, 'confirmed', 'never'), 1700000000000 + seq * 1000,
       CONCAT(title, ' smtp.', name, '.example mail@', name, '-', seq, '.example sender ', name, ' user', seq)
     FROM (${made}) AS made`;
}
