import type Sqlite from 'better-sqlite3';
import { type MailView, mailViewNames } from './views.js';

/**
 * Which views a change to some columns of `domains` can affect: those whose query names one of them. All of them if
 * another column is computed from one, which its table's definition then names more than once.
 */
export class AffectedViews {
  readonly #naming: Sqlite.Statement<[string], string>;

  /** @param db with the panel's database attached. */
  constructor(db: Sqlite.Database) {
    this.#naming = db
      .prepare<[string], string>(
        `SELECT DISTINCT view.name FROM json_each(?) AS changed
         JOIN panel.sqlite_master AS domains ON domains.type = 'table' AND domains.name = 'domains'
         JOIN panel.sqlite_master AS view ON view.type = 'view'
         WHERE instr(view.sql, changed.value) > 0
         OR length(replace(domains.sql, changed.value, '')) < length(domains.sql) - length(changed.value)`,
      )
      .pluck();
  }

  /** @param columns as JSON; null for a change of anything. */
  by(columns: string | null): readonly MailView[] {
    if (columns === null) {
      return mailViewNames;
    }
    const naming = new Set(this.#naming.all(columns));
    return mailViewNames.filter((view) => naming.has(view));
  }
}
