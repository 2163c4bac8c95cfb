import { mailFileOf } from '../../../plugin/mail-server/data-files.js';
import { connectionFrom } from '../../../plugin/database/mariadb.js';
import { grantReader } from '../../../plugin/mail-server/grant-reader.js';
import type { MapSource } from '../../../plugin/mail-server/options.js';
import type { App } from '../../../plugin/app.js';
import { startMariadb } from '../mariadb.js';

/** Where the mail servers read an app's maps; on MariaDB as a user that can only read the views. */
export async function mapSourceOf({ config, db }: Pick<App, 'config' | 'db'>): Promise<MapSource> {
  if (config.database.engine === 'sqlite') {
    return { engine: 'sqlite', file: mailFileOf(config) };
  }
  const { database } = connectionFrom(config.database.url);
  const { socket } = await startMariadb();
  const reader = { user: `mail_${database}`, password: 'only:the=views' };
  await grantReader(db.knex, { ...reader, host: 'localhost' });
  return { engine: 'mariadb', server: { socket }, database, ...reader };
}
