import type { Knex } from 'knex';
import type { Database } from '../../database/database.js';

interface PutAwayRow {
  readonly account_id: number;
}

export async function isPutAway({ knex }: Database, accountId: number): Promise<boolean> {
  return (await putAwayIn(knex, accountId)) !== undefined;
}

/** @param tx to lock the row in (FOR UPDATE). */
export async function holdPutAway(tx: Knex.Transaction, accountId: number): Promise<boolean> {
  return (await putAwayIn(tx, accountId).forUpdate()) !== undefined;
}

export async function setPutAway(tx: Knex, accountId: number, putAway: boolean): Promise<void> {
  const rows = tx<PutAwayRow>('put_away_checklists');
  await (putAway
    ? rows.insert({ account_id: accountId }).onConflict('account_id').ignore()
    : rows.where({ account_id: accountId }).delete());
}

function putAwayIn(db: Knex, accountId: number) {
  return db<PutAwayRow>('put_away_checklists').where({ account_id: accountId }).first('account_id');
}
