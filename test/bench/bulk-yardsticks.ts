import type { Database } from '../../plugin/database/database.js';
import { engineOf } from '../../plugin/database/engine.js';

let count = 0;

/** Another text for all domains in one statement, and all entries in another: the least that a database has to do. */
export async function changeAll(db: Database): Promise<void> {
  count += 1;
  const text = `bare ${count}`;
  await db.transaction(async (tx) => {
    await tx('domains').update({ reject_text: text, version: tx.raw('version + 1') });
    const values = {
      at: Date.now(),
      actor: 'bare',
      origin: 'cli',
      action: 'bench.bare',
      group_id: text,
      before: '{"rejectText":null}',
      after: `{"rejectText":"${text}","version":2}`,
    };
    const columns = ['subject', 'domain', 'owner_id', 'reseller_id', 'search_text'];
    await tx
      .into(tx.raw('audit_entries (??, ??)', [columns, Object.keys(values)]))
      .insert(
        tx('domains').select(
          'name',
          'name',
          'owner_id',
          'reseller_id',
          tx.raw(engineOf(tx).concat("'bare '", 'name', "' '", 'sort_name')),
          ...Object.values(values).map((value) => tx.raw('?', [value])),
        ),
      );
  });
}

/** As panels do that change one row after the other. */
export async function changeOneByOne(db: Database, most: number): Promise<void> {
  const rows = await db.knex('domains').orderBy('id').limit(most);
  for (const { id, name, owner_id: ownerId } of rows) {
    await db.transaction(async (tx) => {
      await tx('domains').where({ id }).update({ reject_text: 'peer' });
      await tx('audit_entries').insert({
        at: Date.now(),
        actor: 'peer',
        origin: 'cli',
        action: 'bench.peer',
        group_id: 'peer',
        subject: name,
        domain: name,
        owner_id: ownerId,
        search_text: `peer ${name} ${name}`,
        before: '{"rejectText":null}',
        after: '{"rejectText":"peer"}',
      });
    });
  }
}
