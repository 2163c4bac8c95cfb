import type { Knex } from 'knex';
import { thingOf } from '../../changes/acts.js';
import { type Scope, scopeColumn } from '../../viewing/scope.js';
import type { Language } from '../../web/locale.js';
import {
  type EntryRow,
  type LabelledThings,
  changeIn,
  subjectIn,
  withoutOwnFields,
} from './entry.js';

/** Entries of one group and action, as far as a scope sees them, with the first one's columns. */
export interface ActRow extends EntryRow {
  readonly group_id: string;
  readonly first_id: number;
  readonly entries: number;
  readonly change_digest: string;
}

/** The path of its page. */
export function actPath(id: number): string {
  return `/audit/${id}`;
}

/** The name of its only thing, or how many there are, such as `214 domains`. */
export function subjectOf(row: ActRow, language: Language, things: LabelledThings): string {
  return row.entries === 1
    ? subjectIn(row, language, things)
    : countOf(row.action, row.entries, { language, things });
}

/** How many things of an action's kind, such as `214 domains`. */
export function countOf(
  action: string,
  count: number,
  { language, things }: { readonly language: Language; readonly things: LabelledThings },
): string {
  const { t, has, number } = language;
  const ofThing = `${things[thingOf(action)]?.texts}.things`;
  const key = has(`${ofThing}_other`) ? ofThing : 'audit.entries';
  return t(key, { count, shown: number(count) });
}

/** What changed, if it is the same in every entry. */
export function commonChange(row: ActRow, language: Language, things: LabelledThings): string {
  if (row.entries === 1) {
    return changeIn(row, language, things);
  }
  return isUniform(row)
    ? changeIn(withoutOwnFields(row), language, things)
    : language.t('audit.various');
}

/** Whether every entry changed the same. */
export function isUniform({ entries, change_digest }: ActRow): boolean {
  return entries === 1 || change_digest !== '';
}

/** The acts of a group as far as a scope sees them. */
export async function actsOfGroup(
  db: Knex,
  scope: Scope,
  group: string,
): Promise<readonly Pick<ActRow, 'id' | 'action'>[]> {
  const acts = db('audit_acts').where({ group_id: group });
  actsWithin(acts, scope, scopeColumn(scope)?.accountId ?? 0);
  return await acts.orderBy('id').select('id', 'action');
}

/** Narrows acts to the rows that are for a scope; see the migration `acts`. */
export function actsWithin(query: Knex.QueryBuilder, scope: Scope, accountId: Knex.Value): void {
  const own = scopeColumn(scope);
  if (scope.kind === 'mailbox') {
    query.whereRaw('1 = 0');
    return;
  }
  for (const column of ['owner_id', 'reseller_id'] as const) {
    query.where(`audit_acts.${column}`, column === own?.column ? accountId : 0);
  }
}
