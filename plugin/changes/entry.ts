import type { Knex } from 'knex';
import { readable } from '../addresses/index.js';
import { foldText } from '../database/fold-text.js';
import { type Actor, actorColumns } from '../viewing/actor.js';
import { type Recorded, changeDigest } from './acts.js';

export type FieldValue = string | number | boolean | null | readonly string[];

/** A snapshot for the audit log: flat, by field. */
export type EntryFields = Readonly<Record<string, FieldValue>>;

/** One entry of the audit log. */
export interface Entry {
  /** `<thing>.<past participle>`, such as `mailbox.suspended`; a key below `<feature>.entries`. */
  readonly action: string;
  /** The name that people know it by. */
  readonly subject: string;
  /** Who can see the entry, in addition to administrators. */
  readonly ownerId?: number | undefined;
  readonly resellerId?: number | undefined;
  /** The normalized name of the domain that it is about, or whose it is. */
  readonly domain?: string | undefined;
  readonly before?: EntryFields | undefined;
  readonly after?: EntryFields | undefined;
}

/** Who makes changes that belong together. */
export interface Act {
  readonly by: Actor;
  /** Shared by the entries of one act. */
  readonly group: string;
}

export async function writeEntry(tx: Knex.Transaction, act: Act, entry: Entry): Promise<Recorded> {
  const at = Date.now();
  const [id] = await tx('audit_entries').insert(columnsOf(act, entry, at));
  return recorded(entry, Number(id), at);
}

const entriesAtOnce = 200;

/** @returns what their acts need of them: the IDs are those of the first entries of their owners. */
export async function writeAllEntries(
  tx: Knex.Transaction,
  act: Act,
  entries: readonly Entry[],
): Promise<readonly Recorded[]> {
  if (entries.length < 2) {
    return await Promise.all(entries.map((entry) => writeEntry(tx, act, entry)));
  }
  const at = Date.now();
  const last = await lastOf(tx, act.group);
  for (let from = 0; from < entries.length; from += entriesAtOnce) {
    const rows = entries.slice(from, from + entriesAtOnce);
    await tx('audit_entries').insert(rows.map((entry) => columnsOf(act, entry, at)));
  }
  const firsts: readonly First[] = await tx('audit_entries')
    .where({ group_id: act.group })
    .where('id', '>', last)
    .groupBy('action', 'owner_id', 'reseller_id')
    .select('action', 'owner_id', 'reseller_id')
    .min('id as first');
  const ids = new Map(firsts.map((row) => [keyOf(row), row.first]));
  return entries.map((entry) =>
    recorded(entry, ids.get(keyOf({ ...ownersOf(entry), action: entry.action })) ?? 0, at),
  );
}

interface First {
  readonly action: string;
  readonly owner_id: number | null;
  readonly reseller_id: number | null;
  readonly first: number;
}

function keyOf({ action, owner_id: owner, reseller_id: reseller }: Omit<First, 'first'>): string {
  return `${action} ${owner ?? ''} ${reseller ?? ''}`;
}

/** The last entry of a group so far. */
export async function lastOf(tx: Knex, group: string): Promise<number> {
  const [row] = await tx('audit_entries').where({ group_id: group }).max('id as id');
  return Number(row?.['id'] ?? 0);
}

function ownersOf({ ownerId, resellerId }: Entry): Pick<First, 'owner_id' | 'reseller_id'> {
  return { owner_id: ownerId ?? null, reseller_id: resellerId ?? null };
}

function columnsOf({ by, group }: Act, entry: Entry, at: number): object {
  return {
    at,
    ...actorColumns(by),
    action: entry.action,
    subject: entry.subject,
    ...ownersOf(entry),
    group_id: group,
    domain: entry.domain ?? null,
    before: jsonOf(entry.before),
    after: jsonOf(entry.after),
    search_text: foldText(
      `${by.actor} ${by.actingAs ?? ''} ${entry.subject} ${readable(entry.subject)}`,
    ),
  };
}

function recorded(
  { action, ownerId, resellerId, before, after }: Entry,
  id: number,
  at: number,
): Recorded {
  return { id, at, action, ownerId, resellerId, digest: changeDigest(before, after) };
}

export function jsonOf(fields: EntryFields | undefined): string | null {
  return fields === undefined ? null : JSON.stringify(fields);
}

/** @param json a column of `audit_entries`. */
export function entryFieldsIn(json: string | null): EntryFields {
  const fields: EntryFields = JSON.parse(json ?? '{}');
  return fields;
}
