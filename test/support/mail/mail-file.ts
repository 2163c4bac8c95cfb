import { join } from 'node:path';
import type { Knex } from 'knex';
import { Epoch } from '../../../plugin/mail-server/epoch.js';
import type { MailMaps } from '../../../plugin/mail-server/mail-maps.js';
import { sqliteMailMaps } from '../../../plugin/mail-server/sqlite-mail-maps.js';
import { removeFolder, temporaryFolder } from '../processes.js';
import { connectSqlite, makePanelFile } from './databases.js';
import { createManyDomains } from './many-domains.js';

/** A panel's SQLite database with the mail servers' file. */
export interface MailFile {
  readonly folder: string;
  readonly panelFile: string;
  readonly mailFile: string;
  readonly epoch: Epoch;
  readonly db: Knex;
  readonly maps: MailMaps;
}

export async function openMailFile(name: string, domains: number): Promise<MailFile> {
  const folder = temporaryFolder(name);
  const panelFile = join(folder, 'panel.sqlite');
  const mailFile = join(folder, 'mail', 'mail.sqlite');
  const epoch = new Epoch(join(folder, 'epoch'));
  await makePanelFile(panelFile);
  const db = connectSqlite(panelFile);
  await createManyDomains(db, domains);
  const maps = sqliteMailMaps({ panelFile, mailFile, epoch });
  return { folder, panelFile, mailFile, epoch, db, maps };
}

/** Closes what is open and deletes the files. */
export async function closeMailFile({
  folder,
  db,
  maps,
}: Pick<MailFile, 'folder' | 'db' | 'maps'>): Promise<void> {
  await maps.close();
  await db.destroy();
  removeFolder(folder);
}
