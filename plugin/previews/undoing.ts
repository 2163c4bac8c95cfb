import { askedFor } from '../changes/verb.js';
import type { Database } from '../database/database.js';
import { foldText } from '../database/fold-text.js';
import type { FieldError } from '../errors.js';
import type { Json } from '../jobs/kind.js';
import type { Viewer } from '../viewing/viewer.js';
import type { AnyRowsAction } from './action.js';
import { type DecidedRow, decideRows, refusedClass } from './decided-rows.js';
import {
  type EntryToUndo,
  type RowToUndo,
  type UndoAction,
  changesSince,
  isUntouched,
  nameOfEntry,
} from './undo.js';

/** IDs of rows that are gone, which a preview only names: behind all others. */
const goneIds = 2 ** 50;

/** Decides about undoing entries: each distinct change is wanted by itself. */
export async function decideUndo(
  db: Database,
  viewer: Viewer,
  { action, rowsOf }: UndoAction,
  entries: readonly EntryToUndo[],
): Promise<readonly DecidedRow[]> {
  const found = await rowsOf(db.knex, viewer.scope, entries);
  const rows = joined(found);
  const decided: DecidedRow[] = [];
  for (const same of byWanted(rows.filter(isUntouched))) {
    decided.push(...(await decideSame(db, viewer, action, same)));
  }
  const known = new Set(decided.map(({ id }) => id));
  const touched = rows.filter(({ id }) => !known.has(id));
  const reasons = await changesSince(
    db.knex,
    { scope: viewer.scope, thing: action.thing },
    touched.map(({ entry }) => entry),
  );
  const met = new Set(found.map(({ entry }) => entry.id));
  return [
    ...decided,
    ...touched.map(({ id, entry }) => refusedRow(id, entry, reasons.get(entry.id) ?? gone)),
    ...entries
      .filter(({ id }) => !met.has(id))
      .map((entry) => refusedRow(goneIds + entry.id, entry, gone)),
  ];
}

const gone: FieldError = { key: 'previews.undo.gone' };

/** Entries of one act about the same row are undone together. */
export function joined(rows: readonly RowToUndo[]): readonly RowToUndo[] {
  const byId = new Map<number, RowToUndo>();
  for (const row of rows) {
    const first = byId.get(row.id);
    byId.set(row.id, first === undefined ? row : bothRows(first, row));
  }
  return [...byId.values()];
}

function bothRows(first: RowToUndo, second: RowToUndo): RowToUndo {
  const [wanted, former] = [second.wanted, first.wanted];
  return {
    ...second,
    entry: both(first.entry, second.entry),
    wanted: isRecord(wanted) && isRecord(former) ? { ...wanted, ...former } : wanted,
  };
}

function isRecord(wanted: Json): wanted is Readonly<Record<string, Json>> {
  return typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted);
}

function both(first: EntryToUndo, second: EntryToUndo): EntryToUndo {
  return {
    ...first,
    before: { ...second.before, ...first.before },
    after: { ...first.after, ...second.after },
    version: second.version,
  };
}

/** Rows of which the same is wanted. */
export function byWanted(rows: readonly RowToUndo[]): readonly (readonly RowToUndo[])[] {
  const found = new Map<string, RowToUndo[]>();
  for (const row of rows) {
    const key = JSON.stringify(row.wanted);
    const same = found.get(key) ?? [];
    same.push(row);
    found.set(key, same);
  }
  return [...found.values()];
}

async function decideSame(
  db: Database,
  viewer: Viewer,
  action: AnyRowsAction,
  rows: readonly RowToUndo[],
): Promise<readonly DecidedRow[]> {
  const wanted = rows[0]?.wanted ?? null;
  const ids = rows.map(({ id }) => id);
  const asked = await askedFor(action.verb, viewer, ids, wanted);
  return decideRows(action, asked, await action.verb.read(db.knex, asked, ids), wanted);
}

function refusedRow(id: number, entry: EntryToUndo, reason: FieldError): DecidedRow {
  const name = nameOfEntry(entry);
  return { id, version: 0, name, sortName: foldText(name), class: refusedClass(reason) };
}
