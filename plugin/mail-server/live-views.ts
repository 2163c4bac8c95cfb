import type { Knex } from 'knex';
import { randomInt } from 'node:crypto';
import type { Database } from '../database/database.js';
import { Prepared } from '../database/prepared.js';
import type { Epoch } from './epoch.js';
import type { MailMaps, Reader } from './mail-maps.js';
import { mailViewNames } from './views.js';

/**
 * For MariaDB, where the mail servers read the views themselves: a commit is live once this host's Postfix has dropped
 * its cached answers.
 */
export function liveViews(db: Pick<Database, 'knex' | 'runPrepared'>, epoch: Epoch): MailMaps {
  const changeNumber = new Prepared<Record<string, never>, { number: string | number | null }>(
    db,
    () => db.knex('mail_changes').sum('number as number'),
  );
  /** The change number that this host's Postfix has seen. */
  let known = -1;
  const copyChanges = async (): Promise<void> => {
    try {
      const [row] = await changeNumber.run({});
      const number = Number(row?.number);
      if (number !== known) {
        epoch.renew();
        known = number;
      }
    } catch (error) {
      // A change cannot be ruled out.
      epoch.renew();
      throw error;
    }
  };
  return {
    followEveryMs,
    note: count,
    copyChanges,
    async rebuild() {
      await count(db.knex);
      await copyChanges();
    },
    madeAnewAt: undefined,
    grantReader: (reader) => grantReader(db.knex, reader),
    async close() {},
  };
}

/** Other hosts' changes take effect here within 0.2 s. */
const followEveryMs = 100;

/** Several rows, so that concurrent commits seldom wait for the same one. */
const counters = 16;

async function count(db: Knex): Promise<void> {
  await db('mail_changes')
    .insert({ id: randomInt(counters), number: 1 })
    .onConflict('id')
    .merge({ number: db.raw('mail_changes.number + 1') });
}

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
