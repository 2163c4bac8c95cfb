import type { Fields } from './changed-fields.js';
import type { Database } from './database.js';

/** What somebody else changed since a version. */
export interface Meanwhile {
  readonly actor: string;
  readonly at: number;
  readonly action: string;
  readonly after: Fields;
}

const mostShown = 20;

interface Versioned {
  readonly subject: string;
  readonly version: number;
  /** When it was created, in ms since 1970: what had the same name before was another thing, perhaps not the viewer's. */
  readonly since: number;
}

/** What the audit log says that some kinds of changes did to a thing after one of its versions, the newest first. */
export async function changedSince(
  db: Database,
  actions: readonly string[],
  { subject, version, since }: Versioned,
): Promise<readonly Meanwhile[]> {
  const entries = await db
    .knex<{ actor: string; at: number; action: string; after: string | null; subject: string }>(
      'audit_entries',
    )
    .where({ subject })
    .whereIn('action', [...actions])
    .andWhere('at', '>=', since)
    .orderBy('id', 'desc')
    .limit(mostShown);
  return entries
    .map(({ actor, at, action, after }) => ({ actor, at, action, after: fieldsIn(after) }))
    .filter(({ after }) => Number(after['version'] ?? 0) > version);
}

function fieldsIn(json: string | null): Fields {
  const fields: Fields = JSON.parse(json ?? '{}');
  return fields;
}
