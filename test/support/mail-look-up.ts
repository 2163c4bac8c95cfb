import Sqlite from 'better-sqlite3';
import { type App } from '../../plugin/app.js';
import { mailFileOf } from '../../plugin/mail-server/data-files.js';
import type { MailView } from '../../plugin/mail-server/views.js';

/** What Postfix and Dovecot find for a key, looked up as they do. */
export async function lookUp(
  app: Pick<App, 'config' | 'db'>,
  view: MailView,
  key: string,
): Promise<readonly string[]> {
  if (app.db.location.engine === 'mariadb') {
    const rows: { result: string }[] = await app.db.knex(view).where({ lookup_key: key });
    return rows.map(({ result }) => result).toSorted();
  }
  const file = new Sqlite(mailFileOf(app.config), { readonly: true });
  try {
    const results = file
      .prepare<[string], string>(`SELECT result FROM ${view} WHERE lookup_key = ?`)
      .pluck()
      .all(key);
    return results.toSorted();
  } finally {
    file.close();
  }
}
