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

export async function writeEntry(
  tx: Knex.Transaction,
  { by, group }: Act,
  entry: Entry,
): Promise<Recorded> {
  const at = Date.now();
  const [id] = await tx('audit_entries').insert({
    at,
    ...actorColumns(by),
    action: entry.action,
    subject: entry.subject,
    owner_id: entry.ownerId ?? null,
    reseller_id: entry.resellerId ?? null,
    group_id: group,
    domain: entry.domain ?? null,
    before: jsonOf(entry.before),
    after: jsonOf(entry.after),
    search_text: foldText(
      `${by.actor} ${by.actingAs ?? ''} ${entry.subject} ${readable(entry.subject)}`,
    ),
  });
  const { action, ownerId, resellerId, before, after } = entry;
  return { id: Number(id), at, action, ownerId, resellerId, digest: changeDigest(before, after) };
}

export function jsonOf(fields: EntryFields | undefined): string | null {
  return fields === undefined ? null : JSON.stringify(fields);
}

/** @param json a column of `audit_entries`. */
export function entryFieldsIn(json: string | null): EntryFields {
  const fields: EntryFields = JSON.parse(json ?? '{}');
  return fields;
}
