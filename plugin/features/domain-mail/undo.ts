import type { Knex } from 'knex';
import type { EntryFields, FieldValue } from '../../changes/entry.js';
import type { DomainRow } from '../../panel/directory/domain.js';
import { type Scope, ownedBy } from '../../viewing/scope.js';
import type { AnyRowsAction } from '../../previews/action.js';
import type { EntryToUndo, RowToUndo, UndoAction } from '../../previews/undo.js';
import { auditFields } from './audit-fields.js';
import { fieldsOf } from './policies/field-texts.js';
import { policyNamed } from './policies/index.js';
import type { RowsWanted } from './rows-wanted.js';
import { settingsFrom } from './store.js';

/** Undoes changes of mail settings, of one domain or many. */
export function undoneSettings(action: AnyRowsAction): UndoAction {
  return { undoes: ['domain-mail.changed'], action, rowsOf };
}

async function rowsOf(
  db: Knex,
  scope: Scope,
  entries: readonly EntryToUndo[],
): Promise<readonly RowToUndo[]> {
  const rows: readonly DomainRow[] = await db('domains')
    .whereIn('name', [...new Set(entries.map(({ subject }) => subject))])
    .where(ownedBy(scope, 'domains'));
  const domains = new Map(rows.map((row) => [row.name, row]));
  return entries.flatMap((entry) => {
    const row = domains.get(entry.subject);
    // One of the same name may have been made since.
    if (row === undefined || row.created_at > entry.at) {
      return [];
    }
    const current = auditFields(settingsFrom(row));
    const { id, version } = row;
    return [{ entry, id, version, current, wanted: wantedOf(entry.before, current) }];
  });
}

function wantedOf(before: EntryFields, current: EntryFields): RowsWanted {
  const { mailEnabled, policy = current['policy'], webmail, relay, limitPerHour } = before;
  const key = String(policy);
  const names = fieldsOf(policyNamed(key));
  const texts = names.map(
    (name) => [name, textIn(name in before ? before[name] : current[name])] as const,
  );
  const isPolicy = 'policy' in before || names.some((name) => name in before);
  return {
    ...(mailEnabled !== undefined && { enabled: mailEnabled === true }),
    ...(isPolicy && { policy: { key, texts: Object.fromEntries(texts) } }),
    ...(webmail !== undefined && { webmail: webmail === null ? null : String(webmail) }),
    ...(limitPerHour !== undefined && { limit: numberIn(limitPerHour) }),
    ...(relay !== undefined && { relay: numberIn(relay) }),
  };
}

function numberIn(value: FieldValue): number | null {
  return value === null ? null : Number(value);
}

function textIn(value: FieldValue | undefined): string {
  return String(value ?? '');
}
