import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { type MailView, mailViewNames, mailViews } from '../../plugin/mail-server/views.js';
import { engines } from '../support/app.js';
import { openPanelDatabase, type PanelDatabase } from '../support/mail/databases.js';
import { createManyDomains } from '../support/mail/many-domains.js';

interface SqlitePlanStep {
  readonly detail: string;
}

interface MariadbPlanStep {
  readonly table: string | null;
  readonly type: string | null;
}

for (const engine of engines) {
  describe(`the mail views, on ${engine}`, () => {
    let panel: PanelDatabase;

    before(async () => {
      panel = await openPanelDatabase(engine);
      await createManyDomains(panel.db, engine === 'mariadb' ? 20_000 : 2000);
    });

    after(() => panel.close());

    for (const view of mailViewNames) {
      it(`include ${view} with its columns, and rows`, async () => {
        const row = await panel.db<Record<string, unknown>>(view).first();
        assert.deepEqual(Object.keys(row ?? {}), [...mailViews[view]]);
      });

      it(`find a key in ${view} without a full table scan`, async () => {
        assert.deepEqual(await scans(panel.db, view, 'lookup_key', 'box@m77.test'), []);
      });

      it(`find a domain in ${view} without a full table scan`, async () => {
        assert.deepEqual(await scans(panel.db, view, 'domain_id', 77), []);
      });
    }
  });
}

/** The tables that are scanned completely, or through an index with few distinct values. */
async function scans(
  db: Knex,
  view: MailView,
  column: string,
  value: string | number,
): Promise<string[]> {
  if (db.client.config.client === 'better-sqlite3') {
    const plan: SqlitePlanStep[] = await db.raw(
      `EXPLAIN QUERY PLAN SELECT * FROM ${view} WHERE ${column} = ?`,
      [value],
    );
    return plan
      .map(({ detail }) => detail)
      .filter((detail) =>
        /^SCAN (?!postfix_|dovecot_)|\b(?:mail_enabled|unknown_policy|suspended)=/.test(detail),
      );
  }
  const [plan] = await db.raw<[MariadbPlanStep[], unknown]>(
    `EXPLAIN SELECT * FROM ${view} WHERE ${column} = ?`,
    [value],
  );
  return plan
    .filter(({ type }: MariadbPlanStep) => type === 'ALL' || type === 'index')
    .filter(({ table }: MariadbPlanStep) => table?.startsWith('<derived') !== true)
    .map(({ table, type }: MariadbPlanStep) => `${type} ${table}`);
}
