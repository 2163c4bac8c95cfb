import type { Knex } from 'knex';
import type { Reader } from './mail-maps.js';
import { mailViewNames } from './views.js';

/**
 * Creates or updates the database user that Postfix and Dovecot read the views as. It can read this database's views
 * and nothing else; connected mail servers keep working.
 */
export async function grantReader(db: Knex, { user, password, host }: Reader): Promise<void> {
  const database = await currentDatabase(db);
  await db.raw('CREATE USER IF NOT EXISTS ?@? IDENTIFIED BY ?', [user, host, password]);
  await db.raw('ALTER USER ?@? IDENTIFIED BY ?', [user, host, password]);
  if (await mayDoMore(db, { user, host, database })) {
    await db.raw('REVOKE ALL PRIVILEGES, GRANT OPTION FROM ?@?', [user, host]);
  }
  for (const view of mailViewNames) {
    await db.raw('GRANT SELECT ON ??.?? TO ?@?', [database, view, user, host]);
  }
}

async function currentDatabase(db: Knex): Promise<string> {
  const [rows] = await db.raw<[{ name: string }[], unknown]>('SELECT DATABASE() AS name');
  return rows[0]?.name ?? '';
}

async function mayDoMore(
  db: Knex,
  { user, host, database }: { user: string; host: string; database: string },
): Promise<boolean> {
  const grants = await grantsOf(db, user, host);
  const wanted = mailViewNames.map((view) => `GRANT SELECT ON \`${database}\`.\`${view}\` TO `);
  return grants.some(
    (grant) =>
      !grant.startsWith('GRANT USAGE ON *.* TO ') &&
      (!wanted.some((each) => grant.startsWith(each)) || grant.includes(' WITH ')),
  );
}

async function grantsOf(db: Knex, user: string, host: string): Promise<string[]> {
  const [rows] = await db.raw<[object[], unknown]>('SHOW GRANTS FOR ?@?', [user, host]);
  return rows.flatMap((row: object) => Object.values(row).map(String));
}
