import assert from 'node:assert/strict';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Knex } from 'knex';
import { forwardingColumns } from '../../../plugin/features/domain-mail/index.js';
import { Epoch } from '../../../plugin/mail-server/epoch.js';
import type { MailMaps } from '../../../plugin/mail-server/mail-maps.js';
import { SqliteMailMaps } from '../../../plugin/mail-server/sqlite-mail-maps.js';
import { mailViewNames } from '../../../plugin/mail-server/views.js';
import { removeFolder, temporaryFolder } from '../processes.js';
import { connectSqlite, makePanelFile } from './databases.js';
import { createManyDomains } from './many-domains.js';

/** That the mail servers' file has the rows of the panel's views. */
export function assertSameRows({
  mailFile,
  panelFile,
}: Pick<MailFile, 'mailFile' | 'panelFile'>): void {
  const mail = new Sqlite(mailFile, { readonly: true });
  mail.prepare('ATTACH ? AS panel').run(panelFile);
  for (const view of mailViewNames) {
    const rows = (schema: string): unknown[] =>
      mail.prepare(`SELECT * FROM ${schema}.${view} ORDER BY lookup_key, domain_id, 3`).all();
    assert.deepEqual(rows('main'), rows('panel'), view);
  }
  mail.close();
}

/** A panel's SQLite database with the mail servers' file. */
export class MailFile {
  readonly folder: string;
  readonly panelFile: string;
  readonly mailFile: string;
  readonly epoch: Epoch;
  readonly db: Knex;
  readonly forwardingColumns = forwardingColumns();
  readonly now = (): number => this.time;
  maps: MailMaps;
  time = 0;

  private constructor(folder: string, panelFile: string, db: Knex) {
    this.folder = folder;
    this.panelFile = panelFile;
    this.mailFile = join(folder, 'mail', 'mail.sqlite');
    this.epoch = new Epoch(join(folder, 'epoch'));
    this.db = db;
    this.maps = new SqliteMailMaps(this);
  }

  static async open(name: string, domains: number): Promise<MailFile> {
    const folder = temporaryFolder(name);
    const panelFile = join(folder, 'panel.sqlite');
    await makePanelFile(panelFile);
    const db = connectSqlite(panelFile);
    await createManyDomains(db, domains);
    return new MailFile(folder, panelFile, db);
  }

  /** As when the panel starts again. */
  async reopenMaps(before: () => void = () => {}): Promise<void> {
    await this.maps.close();
    before();
    this.maps = new SqliteMailMaps(this);
  }

  /** As another process on the same files. */
  openMaps(): MailMaps {
    return new SqliteMailMaps(this);
  }

  async changeDomain(id: number, values: object): Promise<void> {
    await this.db.transaction(async (tx) => {
      await tx('domains').where({ id }).update(values);
      await tx('mail_map_changes').insert({ domain_id: id });
    });
  }

  /** That the file has the rows of the panel's views. */
  assertSame(): void {
    assertSameRows(this);
  }

  /** Closes what is open and deletes the files. */
  async close(): Promise<void> {
    await this.maps.close();
    await this.db.destroy();
    removeFolder(this.folder);
  }
}
