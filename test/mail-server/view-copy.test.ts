import assert from 'node:assert/strict';
import Sqlite from 'better-sqlite3';
import * as fc from 'fast-check';
import { ViewCopy } from '../../plugin/mail-server/view-copy.js';
import { type MailView, mailViews } from '../../plugin/mail-server/views.js';

const answer = fc.option(fc.constantFrom('a', 'b', 7), { nil: null });
const lookupKey = fc.option(fc.constantFrom('x', 'null'), { nil: null });

/** Few values, so that rows are often equal, or have the same key. */
const anyRows = (view: MailView): fc.Arbitrary<unknown[][]> =>
  fc.array(
    fc.tuple(
      fc.nat(2),
      lookupKey,
      ...mailViews[view].slice(2).map((_, index) => (index < 2 ? answer : fc.constant(null))),
    ),
    { maxLength: 8 },
  );

describe('the copy of a view', () => {
  for (const view of ['postfix_aliases', 'dovecot_users'] as const) {
    it(`has the rows of ${view} of some domains, each as often, and keeps those of others`, () => {
      const db = new Sqlite(':memory:');
      const columns = mailViews[view].join(', ');
      db.exec(`ATTACH ':memory:' AS panel`);
      for (const schema of ['main', 'panel']) {
        db.exec(`CREATE TABLE ${schema}.${view} (${columns})`);
      }
      const rowsOf = (schema: string): unknown[][] =>
        db
          .prepare<[], unknown[]>(`SELECT * FROM ${schema}.${view} ORDER BY ${columns}`)
          .raw()
          .all();
      const place = (schema: string, rows: readonly unknown[][]): void => {
        db.exec(`DELETE FROM ${schema}.${view}`);
        const insert = db.prepare(
          `INSERT INTO ${schema}.${view} VALUES (${mailViews[view].map(() => '?').join(', ')})`,
        );
        rows.forEach((row) => insert.run(row));
      };
      const copy = new ViewCopy(db, view);

      fc.assert(
        fc.property(anyRows(view), anyRows(view), (old, now) => {
          place('main', old);
          const others = rowsOf('main').filter(([domainId]) => domainId === 0);
          place('panel', now);
          copy.bringUpToDate('[1,2]');
          const copied = rowsOf('panel').filter(([domainId]) => domainId !== 0);
          assert.deepEqual(rowsOf('main'), [...others, ...copied]);
        }),
      );
      db.close();
    });
  }
});
