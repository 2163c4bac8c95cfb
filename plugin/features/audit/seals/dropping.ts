import type { Knex } from 'knex';
import { type Recorded, shortenActs } from '../../../changes/acts.js';
import type { Database } from '../../../database/database.js';
import { repeat } from './repeat.js';
import { idsIn } from './leaves.js';
import { type DroppedMark, type Seal, markText } from './seal.js';
import type { SealKeys } from './seal-keys.js';

interface DroppingParts {
  readonly db: Database;
  readonly keys: SealKeys;
}

/** Drops old entries, seal by seal from the first on, and leaves a sealed mark of how many. */
export class Dropping {
  readonly #parts: DroppingParts;

  constructor(parts: DroppingParts) {
    this.#parts = parts;
  }

  /** @param before drops entries that are older, in ms since 1970. */
  async drop(before: number, signal?: AbortSignal): Promise<void> {
    await repeat(() => this.#dropNext(before), signal);
    await this.#parts.db.engine.forgetLogSearch(this.#parts.db.knex, 'audit_entries');
  }

  /** @returns whether there may be more. A seal that does not match stays, for `relais audit verify` to report. */
  async #dropNext(before: number): Promise<boolean> {
    const { db, keys } = this.#parts;
    const first = await firstSeal(db.knex);
    if (
      first === undefined ||
      first.newest_at >= before ||
      keys.matches(first.chain, first) !== true
    ) {
      return false;
    }
    await db.transaction(async (tx) => {
      const seal = await firstSeal(tx);
      if (seal?.number === first.number) {
        await this.#dropUnder(tx, seal);
      }
    });
    return true;
  }

  async #dropUnder(tx: Knex.Transaction, seal: Seal): Promise<void> {
    const ids = idsIn(seal.leaves);
    await this.#deleteEntries(tx, ids);
    await tx('audit_seals').where({ number: seal.number }).delete();
    const last: DroppedMark | undefined = await tx('audit_dropped').where({ id: 1 }).first();
    const mark = {
      number: seal.number,
      up_to: seal.up_to,
      newest_at: Math.max(seal.newest_at, last?.newest_at ?? 0),
      entries: (last?.entries ?? 0) + ids.length,
      chain: seal.chain,
    };
    await tx('audit_dropped')
      .insert({ id: 1, ...mark, ...this.#parts.keys.sealed(markText(mark)) })
      .onConflict('id')
      .merge();
  }

  async #deleteEntries(tx: Knex.Transaction, ids: readonly number[]): Promise<void> {
    const { engine } = this.#parts.db;
    const among = (): Knex.QueryBuilder => {
      const entries = tx('audit_entries');
      engine.whereAmong(entries, 'id', JSON.stringify(ids));
      return entries;
    };
    const entries: readonly DeletedEntry[] = await among()
      .orderBy('id')
      .select('id', 'at', 'action', 'owner_id', 'reseller_id', 'group_id');
    await among().delete();
    for (const group of new Set(entries.map(({ group_id }) => group_id))) {
      const ofGroup = entries.filter(({ group_id }) => group_id === group);
      await shortenActs(tx, group, ofGroup.map(recordedIn));
    }
  }
}

interface DeletedEntry {
  readonly id: number;
  readonly at: number;
  readonly action: string;
  readonly owner_id: number | null;
  readonly reseller_id: number | null;
  readonly group_id: string;
}

function recordedIn({ owner_id, reseller_id, ...entry }: DeletedEntry): Recorded {
  return {
    ...entry,
    ownerId: owner_id ?? undefined,
    resellerId: reseller_id ?? undefined,
    digest: '',
  };
}

async function firstSeal(db: Knex): Promise<Seal | undefined> {
  const first = db<Seal>('audit_seals').orderBy('number').first();
  return await (db.isTransaction ? first.forUpdate() : first);
}
