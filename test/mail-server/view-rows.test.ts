import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Knex } from 'knex';
import { policies } from '../../plugin/features/domain-mail/policies/index.js';
import { mailViewNames } from '../../plugin/mail-server/views.js';
import { engines } from '../support/app.js';
import { openPanelDatabase, type PanelDatabase } from '../support/mail/databases.js';
import { addEachSetUp } from '../support/mail/each-set-up.js';

const golden = new URL('golden/view-rows.txt', import.meta.url);

for (const engine of engines) {
  describe(`the rows of the mail views, on ${engine}`, () => {
    let database: PanelDatabase;
    before(async () => {
      database = await openPanelDatabase(engine);
      await addEachSetUp(database);
      const known: string[] = await database.db('domains').distinct().pluck('unknown_policy');
      for (const { key } of policies) {
        assert.ok(known.includes(key), `no domain here has the policy ${key}`);
      }
    });
    after(() => database.close());

    it('equal golden/view-rows.txt (RELAIS_UPDATE_GOLDEN=1 updates it)', async () => {
      const texts: string[] = [];
      for (const view of mailViewNames) {
        texts.push(`${view}\n${(await rowsOf(database.db, view)).join('\n')}\n`);
      }
      const text = texts.join('\n');
      if (process.env['RELAIS_UPDATE_GOLDEN'] === '1') {
        writeFileSync(golden, text);
      }
      assert.equal(text, readFileSync(golden, 'utf8'));
    });
  });
}

/** A line for each row: its domain's name, then all that a mail server reads. */
async function rowsOf(db: Knex, view: string): Promise<string[]> {
  const rows: Record<string, unknown>[] = await db(view);
  const names = new Map(
    (await db<{ id: number; name: string }>('domains')).map(({ id, name }) => [id, name]),
  );
  return rows
    .map(({ domain_id: id, ...row }) => [names.get(Number(id)), ...Object.values(row)].map(told))
    .map((texts) => `  ${texts.join(' | ')}`)
    .toSorted((a, b) => (a < b ? -1 : 1));
}

/** Each hash has another salt. */
function told(value: unknown): string {
  return String(value).replace(/^\{ARGON2ID\}\$argon2id\$.*/, '{ARGON2ID}…');
}
