import assert from 'node:assert/strict';
import Sqlite from 'better-sqlite3';
import { fileOf } from '../../plugin/database/database.js';
import { AffectedViews } from '../../plugin/mail-server/affected-views.js';
import { type MailView, mailViewNames } from '../../plugin/mail-server/views.js';
import { addEachSetUp } from '../support/mail/each-set-up.js';
import { useTestApp } from '../support/opened.js';

describe('the mail views that a changed column affects', () => {
  const panel = useTestApp();
  let db: Sqlite.Database;
  let affected: AffectedViews;
  let columns: readonly string[];
  before(async () => {
    const { location, knex } = panel.db;
    await addEachSetUp({ db: knex, maps: panel.maps });
    db = new Sqlite(':memory:');
    db.pragma('foreign_keys = OFF');
    db.prepare('ATTACH ? AS panel').run(fileOf(location));
    affected = new AffectedViews(db);
    // `hidden` is not 0 for one that is computed.
    columns = db
      .prepare<[], string>(
        "SELECT name FROM pragma_table_xinfo('domains', 'panel') WHERE hidden = 0 AND pk = 0",
      )
      .pluck()
      .all();
  });
  after(() => db.close());

  const rowsOf = (view: MailView): string =>
    JSON.stringify(db.prepare(`SELECT * FROM panel.${view}`).all());
  const rowsOfAll = (): readonly (readonly [MailView, string])[] =>
    mailViewNames.map((view) => [view, rowsOf(view)]);

  /** Those whose rows differ after a change to `domains`, which is undone. */
  const differAfter = (change: string): readonly MailView[] => {
    const before = rowsOfAll();
    db.exec('BEGIN');
    try {
      db.exec(`UPDATE OR IGNORE panel.domains SET ${change}`);
      return before.filter(([view, rows]) => rowsOf(view) !== rows).map(([view]) => view);
    } finally {
      db.exec('ROLLBACK');
    }
  };

  /** Values that other domains have, and some that none has. */
  const changesOf = (column: string): readonly string[] => {
    const known = db.prepare(`SELECT DISTINCT quote(${column}) FROM panel.domains LIMIT 9`).pluck();
    return [`${column} || 'x'`, '1', '0', ...known.all().map(String)].map(
      (value) => `${column} = ${value}`,
    );
  };

  it('include each whose rows differ after any change of the column', () => {
    const seen = new Set<MailView>();
    for (const column of columns) {
      const may = affected.by(JSON.stringify([column]));
      for (const change of changesOf(column)) {
        for (const view of differAfter(change)) {
          assert.ok(may.includes(view), `${change} changes ${view}`);
          seen.add(view);
        }
      }
    }
    assert.deepEqual([...seen].toSorted(), mailViewNames.toSorted());
  });

  it('include each whose query SQLite finds the column in', () => {
    const queries = db.prepare<[], { name: MailView; sql: string }>(
      "SELECT name, sql FROM panel.sqlite_master WHERE type = 'view'",
    );
    for (const column of columns) {
      const may = affected.by(JSON.stringify([column]));
      const before = new Map(queries.all().map(({ name, sql }) => [name, sql]));
      db.exec(`BEGIN; ALTER TABLE panel.domains RENAME COLUMN ${column} TO renamed_column`);
      const renamed = queries.all().filter(({ name, sql }) => before.get(name) !== sql);
      db.exec('ROLLBACK');
      for (const { name } of renamed) {
        assert.ok(may.includes(name), `${name} reads ${column}`);
      }
    }
  });

  it('are few for what bulk changes write, all for what other columns are computed from, and all for other changes', () => {
    assert.deepEqual(affected.by('["reject_text","reject_reply","version"]'), [
      'postfix_transport',
      'postfix_recipient_access',
    ]);
    assert.deepEqual(affected.by('["relay_id"]'), [
      'postfix_sender_transport',
      'postfix_sender_access',
    ]);
    assert.deepEqual(affected.by('["webmail","version"]'), []);
    assert.deepEqual(affected.by('["reject_text","forward_to"]'), mailViewNames);
    assert.deepEqual(affected.by(null), mailViewNames);
  });
});
