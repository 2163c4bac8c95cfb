import type { Knex } from 'knex';
import { isServer } from './schema.js';

/** MariaDB's TEXT holds 65,535 bytes, less than an audit entry with a long signature. */
const longTexts = [
  { table: 'audit_entries', column: 'before', isRequired: false },
  { table: 'audit_entries', column: 'after', isRequired: false },
  { table: 'smtp_servers', column: 'signature', isRequired: true },
] as const;

export async function up(db: Knex): Promise<void> {
  await changeTypes(db, 'MEDIUMTEXT');
}

export async function down(db: Knex): Promise<void> {
  await changeTypes(db, 'TEXT');
}

async function changeTypes(db: Knex, type: 'MEDIUMTEXT' | 'TEXT'): Promise<void> {
  if (!isServer(db)) {
    return;
  }
  for (const { table, column, isRequired } of longTexts) {
    await db.raw(`ALTER TABLE ?? MODIFY ?? ${type} ${isRequired ? 'NOT NULL' : 'NULL'}`, [
      table,
      column,
    ]);
  }
}
