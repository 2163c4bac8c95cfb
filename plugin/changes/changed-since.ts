import type { Database } from '../database/database.js';
import { type EntryFields, entryFieldsIn } from './entry.js';

/** Changes that somebody else made since a version. */
export interface Meanwhile {
  readonly actor: string;
  readonly at: number;
  readonly action: string;
  readonly after: EntryFields;
}

const mostShown = 20;

interface Versioned {
  readonly subject: string;
  readonly version: number;
  /**
   * When it was created, in ms since 1970: an earlier thing of the same name was another one, perhaps not the viewer's.
   */
  readonly since: number;
}

/** Changes of the given kinds that the audit log records after a version, newest first. */
export async function changedSince(
  db: Database,
  actions: readonly string[],
  { subject, version, since }: Versioned,
): Promise<readonly Meanwhile[]> {
  const entries = await db
    .knex<EntryRow>('audit_entries')
    .where({ subject })
    .whereIn('action', [...actions])
    .andWhere('at', '>=', since)
    .orderBy('id', 'desc')
    .limit(mostShown);
  return entries.map(meanwhileFrom).filter(isAfter(version));
}

/** The same for a thing whose name can change or is not unique: its entries hold its ID. */
export async function changedSinceById(
  db: Database,
  actions: readonly string[],
  thing: { readonly id: number; readonly ownerId: number } & Omit<Versioned, 'subject'>,
): Promise<readonly Meanwhile[]> {
  const entries = await db
    .knex<EntryRow>('audit_entries')
    .where({ owner_id: thing.ownerId })
    .whereIn('action', [...actions])
    .andWhere('at', '>=', thing.since)
    .orderBy('id', 'desc')
    .limit(mostRead);
  return entries
    .map(meanwhileFrom)
    .filter(({ after }) => after['id'] === thing.id)
    .filter(isAfter(thing.version))
    .slice(0, mostShown);
}

/** Of one owner's things of one kind together. */
const mostRead = 500;

interface EntryRow {
  readonly actor: string;
  readonly at: number;
  readonly action: string;
  readonly after: string | null;
  readonly subject: string;
  readonly owner_id: number | null;
}

function meanwhileFrom({ actor, at, action, after }: EntryRow): Meanwhile {
  return { actor, at, action, after: entryFieldsIn(after) };
}

function isAfter(version: number): (entry: Meanwhile) => boolean {
  return ({ after }) => Number(after['version'] ?? 0) > version;
}
