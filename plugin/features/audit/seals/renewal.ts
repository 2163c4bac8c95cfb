import type { Database } from '../../../database/database.js';
import { type DroppedMark, type Seal, markText } from './seal.js';
import type { SealKeys } from './seal-keys.js';

const atOnce = 500;

/** Renews seals of older keys with the newest one. A seal that does not match is left as it is. */
export async function renewSeals(db: Database, keys: SealKeys): Promise<void> {
  const mark: DroppedMark | undefined = await db.knex('audit_dropped').where({ id: 1 }).first();
  if (mark !== undefined && canBeRenewed(keys, mark, markText(mark))) {
    const sealed = keys.sealed(markText(mark));
    await db.transaction((tx) => tx('audit_dropped').where({ id: 1 }).update(sealed));
  }
  for (let last: number | undefined = 0; last !== undefined;) {
    last = await renewAfter(db, keys, last);
  }
}

/** @returns the number of the last one, undefined when no other can follow. */
async function renewAfter(db: Database, keys: SealKeys, last: number): Promise<number | undefined> {
  return await db.transaction(async (tx) => {
    const seals: readonly Pick<Seal, 'number' | 'chain' | 'key_id' | 'mac'>[] = await tx(
      'audit_seals',
    )
      .where('number', '>', last)
      .orderBy('number')
      .limit(atOnce)
      .select('number', 'chain', 'key_id', 'mac');
    for (const seal of seals.filter((each) => canBeRenewed(keys, each, each.chain))) {
      await tx('audit_seals').where({ number: seal.number }).update(keys.sealed(seal.chain));
    }
    return seals.length < atOnce ? undefined : seals.at(-1)?.number;
  });
}

function canBeRenewed(keys: SealKeys, sealed: Pick<Seal, 'key_id' | 'mac'>, text: string): boolean {
  return !keys.isNewest(sealed.key_id) && keys.matches(text, sealed) === true;
}
