import { hash } from 'node:crypto';
import type { Knex } from 'knex';
import { engineOf } from '../database/engine.js';
import type { EntryFields } from './entry.js';

/** What an act's rows need of entries that were written; `id` is the first one's. */
export interface Recorded {
  readonly id: number;
  readonly at: number;
  readonly action: string;
  readonly ownerId: number | undefined;
  readonly resellerId: number | undefined;
  readonly digest: string;
  /** How many entries with this change it stands for; one if left out. */
  readonly entries?: number;
}

/** What all entries of an act share. */
export interface ActColumns {
  readonly group_id: string;
  readonly actor_id: number | null;
  readonly acting_as: string | null;
  readonly origin: string;
}

interface ActRow {
  readonly action: string;
  readonly owner_id: number;
  readonly reseller_id: number;
  readonly at: number;
  readonly first_id: number;
  readonly entries: number;
  readonly change_digest: string;
}

/** Fields that differ in each entry, whatever changes. */
const ofEachEntry = new Set(['version', 'id']);

/** Equal for entries with the same change. */
export function changeDigest(before: EntryFields = {}, after: EntryFields = {}): string {
  const json = [before, after].map((fields) => JSON.stringify(withoutOwn(fields))).join('\n');
  return hash('sha256', json).slice(0, 32);
}

/** A change without the fields that differ in each entry. */
export function withoutOwn(fields: EntryFields): EntryFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !ofEachEntry.has(name)));
}

/**
 * Stores acts, which are the lines of the activity log: entries of one group and action, with a row for each scope that
 * sees some of them. Later entries of the same act are added to it.
 */
export async function storeActs(
  tx: Knex.Transaction,
  shared: ActColumns,
  recorded: readonly Recorded[],
): Promise<void> {
  const rows = actRows(recorded).map((row) => ({
    ...row,
    ...shared,
    thing: thingOf(row.action),
    did: row.action.replace(/^.*[.-]/, ''),
  }));
  const engine = engineOf(tx);
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    await tx('audit_acts')
      .insert(rows.slice(from, from + rowsAtOnce))
      .onConflict(['group_id', 'action', 'owner_id', 'reseller_id'])
      .merge({
        entries: tx.raw(`audit_acts.entries + ${engine.given('entries')}`),
        change_digest: tx.raw(
          `CASE WHEN audit_acts.change_digest = ${engine.given('change_digest')} THEN audit_acts.change_digest ELSE '' END`,
        ),
      });
  }
}

const rowsAtOnce = 200;

/** Takes deleted entries out of their acts. */
export async function shortenActs(
  tx: Knex.Transaction,
  group: string,
  deleted: readonly Recorded[],
): Promise<void> {
  for (const { action, owner_id, reseller_id, entries } of actRows(deleted)) {
    const key = { group_id: group, action, owner_id, reseller_id };
    const left = tx('audit_entries').where({ group_id: group, action }).min('id');
    if (owner_id !== 0) {
      left.where({ owner_id });
    }
    if (reseller_id !== 0) {
      left.where({ reseller_id });
    }
    await tx('audit_acts').where(key).where('entries', '<=', entries).delete();
    await tx('audit_acts')
      .where(key)
      .update({ entries: tx.raw('entries - ?', [entries]), first_id: left });
  }
}

function actRows(recorded: readonly Recorded[]): readonly ActRow[] {
  const rows = new Map<string, ActRow>();
  for (const { id, at, action, ownerId, resellerId, digest, entries = 1 } of recorded) {
    for (const [owner_id, reseller_id] of scopesOf(ownerId, resellerId)) {
      const key = `${action} ${owner_id} ${reseller_id}`;
      const row = rows.get(key);
      rows.set(
        key,
        row === undefined
          ? { action, owner_id, reseller_id, at, first_id: id, entries, change_digest: digest }
          : {
              ...row,
              first_id: Math.min(row.first_id, id),
              entries: row.entries + entries,
              change_digest: row.change_digest === digest ? digest : '',
            },
      );
    }
  }
  return [...rows.values()];
}

/** Administrators see every entry, and a reseller and an owner what is theirs. */
function scopesOf(
  ownerId: number | undefined,
  resellerId: number | undefined,
): readonly (readonly [owner: number, reseller: number])[] {
  return [
    [0, 0],
    ...(ownerId === undefined ? [] : [[ownerId, 0] as const]),
    ...(resellerId === undefined ? [] : [[0, resellerId] as const]),
  ];
}

/** The first half of an action. */
export function thingOf(action: string): string {
  return action.replace(/\..*/, '');
}
