import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { type MailView, mailViewNames, mailViews } from './views.js';

/** Waits for another process, never for ourselves: what runs here is done before anything else runs. */
export const busyTimeoutMs = 5000;

/**
 * Opens the mail servers' file, with a table for each view; makes what is missing or has another shape.
 *
 * Postfix and Dovecot must be able to write to the file and beside it: readers of a write-ahead log take part in
 * it. As root that is the group `postfix`; otherwise the mail servers have to run as the same user.
 */
export function openMailFile(file: string): Sqlite.Database {
  const group = postfixGroup();
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  giveTo(group, folder, group === undefined ? 0o770 : 0o2770);
  closeSync(openSync(file, 'a'));
  giveTo(group, file, 0o660);

  const db = new Sqlite(file, { timeout: busyTimeoutMs });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('journal_size_limit = 16777216');
  db.transaction(makeTables).immediate(db);
  return db;
}

/** Whether the rows were ever brought into the tables as they are. */
export function isFilled(db: Sqlite.Database): boolean {
  return db.pragma('main.user_version', { simple: true }) === filled;
}

export function markFilled(db: Sqlite.Database): void {
  db.pragma(`main.user_version = ${filled}`);
}

const filled = 1;

function makeTables(db: Sqlite.Database): void {
  const current = db.prepare('SELECT sql FROM sqlite_master WHERE sql IS NOT NULL').pluck().all();
  const wanted = mailViewNames.flatMap(tableOf);
  if (current.length === wanted.length && wanted.every((sql) => current.includes(sql))) {
    return;
  }

  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
  tables.forEach((name) => db.exec(`DROP TABLE "${String(name)}"`));
  wanted.forEach((sql) => db.exec(sql));
  db.pragma('user_version = 0');
}

function tableOf(view: MailView): string[] {
  return [
    `CREATE TABLE ${view} (${mailViews[view].join(', ')})`,
    `CREATE INDEX ${view}_by_key ON ${view} (lookup_key)`,
    `CREATE INDEX ${view}_by_domain ON ${view} (domain_id)`,
  ];
}

function giveTo(group: number | undefined, path: string, mode: number): void {
  if (group !== undefined) {
    chownSync(path, 0, group);
  }
  chmodSync(path, mode);
}

/** The group that Postfix runs as, if there is one and this process may give files to it. */
export function postfixGroup(): number | undefined {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  try {
    const entry = execFileSync('getent', ['group', 'postfix'], { encoding: 'utf8', stdio: 'pipe' });
    return Number(entry.split(':')[2]);
  } catch {
    return undefined;
  }
}
