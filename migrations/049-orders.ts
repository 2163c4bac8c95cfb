import type { Knex } from 'knex';

/** Orders of lists. Those of SMTP servers have none within an owner's, of which a plan allows few. */
const orders: Readonly<Record<string, readonly (readonly string[])[]>> = {
  domains: ['', 'reseller_id', 'owner_id'].map((scope) =>
    [scope, 'sort_owner', 'sort_name', 'id'].filter((column) => column !== ''),
  ),
  smtp_servers: ['', 'reseller_id'].flatMap((scope) =>
    [
      ['port', 'sort_title'],
      ['authentication', 'sort_title'],
      ['security', 'sort_title'],
      ['usage', 'sort_title'],
      ['sort_owner', 'sort_title'],
      ['user_name'],
      ['sender_name'],
    ].map((order) => [scope, ...order, 'id'].filter((column) => column !== '')),
  ),
  accounts: [
    ['name', 'login'],
    ['suspended', 'login'],
    ['signed_in_at', 'login'],
  ],
};

/** Domains and SMTP servers know their owner's name and login, folded, by which they are sorted. */
export async function up(db: Knex): Promise<void> {
  await db.schema.alterTable('domains', (table) => {
    table.string('sort_owner', 400).notNullable().defaultTo('');
  });
  await db.schema.alterTable('smtp_servers', (table) => {
    table.string('sort_owner', 320).notNullable().defaultTo('');
  });
  const owners: { id: number; name: string; login: string }[] = await db('accounts')
    .whereIn('id', db('domains').select('owner_id'))
    .orWhereIn('id', db('smtp_servers').select('owner_id'))
    .select('id', 'name', 'login');
  for (const { id, name, login } of owners) {
    await db('domains')
      .where({ owner_id: id })
      .update({ sort_owner: folded(name) });
    await db('smtp_servers').where({ owner_id: id }).update({ sort_owner: login });
  }
  for (const [name, indexes] of Object.entries(orders)) {
    await db.schema.alterTable(name, (table) => {
      indexes.forEach((columns) => table.index([...columns]));
    });
  }
}

export async function down(db: Knex): Promise<void> {
  for (const [name, indexes] of Object.entries(orders)) {
    await db.schema.alterTable(name, (table) => {
      indexes.forEach((columns) => table.dropIndex([...columns]));
    });
  }
  for (const name of ['domains', 'smtp_servers']) {
    // Knex would copy the whole table on SQLite.
    await db.raw('ALTER TABLE ?? DROP COLUMN sort_owner', [name]);
  }
}

function folded(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .trim()
    .slice(0, 400);
}
