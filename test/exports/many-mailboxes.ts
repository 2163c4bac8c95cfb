import type { TestApp } from '../support/app.js';

/**
 * Inserts rows directly, since the feature would take an hour. Each row has some 550 bytes, as its name has characters
 * of three bytes.
 *
 * @returns the domain's id.
 */
export async function addMailboxes(app: TestApp, name: string, count: number): Promise<number> {
  const { id }: { id: number } = await app.db.knex('domains').where({ name }).first('id');
  const joined = (...parts: string[]): string =>
    app.db.location.engine === 'sqlite' ? parts.join(' || ') : `CONCAT(${parts.join(', ')})`;
  const address = joined("'user'", '(a.i * 1000 + b.i)', `'@${name}'`);
  await app.db.knex.raw(
    `INSERT INTO mailboxes (domain_id, address, display_name, password_hash, search_text, created_at)
     WITH RECURSIVE n AS (SELECT 0 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 999)
     SELECT ${id}, ${address}, ${joined("'Somebody '", 'b.i', `' ${'同名の人'.repeat(44)}'`)},
       'x', ${address}, 0
     FROM n AS a CROSS JOIN n AS b WHERE a.i < ${count / 1000}`,
  );
  return id;
}
