import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
} from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { cannotStore } from '../database/failures.js';
import { isNoDatabase } from '../database/sqlite-errors.js';
import { fileIdentity, walFiles } from '../database/file-identity.js';
import { StartError } from '../errors.js';
import { postfixGroup } from './postfix-group.js';
import { type MailView, mailViewNames, mailViews } from './views.js';

/** Only waits for other processes: our own writes run to their end before anything else. */
export const busyTimeoutMs = 1000;

/**
 * Opens the mail servers' file, with a table for each view; creates tables that are missing or have another shape.
 *
 * Postfix and Dovecot must be able to write to the file and its folder: readers take part in a write-ahead log. As root
 * this is through the group `postfix`; otherwise the mail servers must run as the same user.
 *
 * @throws {StartError} when it is not a regular file or not a database.
 */
export function openMailFile(file: string): Sqlite.Database {
  const group = postfixGroup();
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  giveFolder(group, folder);
  const [, ...beside] = walFiles(file);
  refuseLinks(beside);
  if (fileIdentity(file) === undefined) {
    // They belong to a deleted file.
    beside.forEach((each) => rmSync(each, { force: true }));
  }
  giveFile(group, file);

  try {
    const db = new Sqlite(file, { timeout: busyTimeoutMs });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('journal_size_limit = 16777216');
    db.transaction(makeTables).immediate(db);
    return db;
  } catch (error) {
    if (cannotStore(error) && !isNoDatabase(error)) {
      throw error;
    }
    throw new StartError(
      `${file} cannot be opened as the mail servers' database: remove it, then run \`relais maps rebuild\`.`,
      { cause: error },
    );
  }
}

/** Whether the tables were ever filled in their current shape. */
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

/** Sticky, so that those who may write in the folder cannot replace the file. */
function giveFolder(group: number | undefined, folder: string): void {
  if (group !== undefined) {
    chownSync(folder, 0, group);
  }
  chmodSync(folder, group === undefined ? 0o770 : 0o3770);
}

/** Follows no link: those who may write to the folder could have us give away any file. */
function giveFile(group: number | undefined, file: string): void {
  const descriptor = openWithoutLinks(file);
  try {
    const { nlink } = fstatSync(descriptor);
    if (!fstatSync(descriptor).isFile() || nlink !== 1) {
      throw notAFile(file);
    }
    if (group !== undefined) {
      fchownSync(descriptor, 0, group);
    }
    fchmodSync(descriptor, 0o660);
  } finally {
    closeSync(descriptor);
  }
}

function openWithoutLinks(file: string): number {
  try {
    return openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    throw cannotStore(error) ? error : notAFile(file, error);
  }
}

function refuseLinks(files: readonly string[]): void {
  for (const file of files) {
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false) {
      throw notAFile(file);
    }
  }
}

function notAFile(file: string, cause?: unknown): StartError {
  return new StartError(
    `${file} is not a writable regular file: remove it, then run \`relais maps rebuild\`.`,
    { cause },
  );
}
