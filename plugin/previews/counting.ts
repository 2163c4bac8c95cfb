import type { Knex } from 'knex';
import type { Changes } from '../changes/changes.js';
import { askedFor } from '../changes/verb.js';
import type { Database } from '../database/database.js';
import { engineOf } from '../database/engine.js';
import type { Viewer } from '../viewing/viewer.js';
import type { AnyRowsAction, OfferedAction } from './action.js';
import { type DecidedClass, type DecidedRow, decideRows } from './decided-rows.js';
import { NextRows } from './next-rows.js';
import type { Preview, PreviewKind, UndoneAct } from './preview.js';
import { rehearseRows } from './rehearsed-rows.js';
import { entriesToUndo } from './undo.js';
import { decideUndo } from './undoing.js';

/** Rows that are decided about at once: fewer where each is read by itself. */
const most = { alike: 1000, oneByOne: 250, rehearsed: 50 } as const;

function partOf({ verb, isRehearsed }: AnyRowsAction): number {
  if (isRehearsed === true) {
    return most.rehearsed;
  }
  return verb.alike === undefined ? most.oneByOne : most.alike;
}

/** Decides about the rows of a preview, part by part: any request goes on where the last one ended. */
export class Counting {
  readonly #db: Database;
  readonly #changes: Changes;

  constructor(db: Database, changes: Changes) {
    this.#db = db;
    this.#changes = changes;
  }

  /** Decides about the next rows. @returns whether it was the last part. */
  async goOn(viewer: Viewer, preview: Preview, offered: OfferedAction): Promise<Part> {
    const { selection } = preview;
    if (selection.kind === 'undo') {
      return await this.#goOnUndoing(viewer, { preview, selection }, offered);
    }
    const { action } = offered;
    const size = partOf(action);
    const ids = await new NextRows(this.#db, offered.table).after(viewer, preview.selection, {
      after: preview.countedTo,
      size,
    });
    const rows = ids.length === 0 ? [] : await this.#decide(viewer, preview, action, ids);
    const part = { countedTo: ids.at(-1) ?? preview.countedTo, isCounted: ids.length < size };
    await this.#db.transaction((tx) => store(tx, preview, part, rows));
    return part;
  }

  async #decide(
    viewer: Viewer,
    { wanted }: Preview,
    action: AnyRowsAction,
    ids: readonly number[],
  ): Promise<readonly DecidedRow[]> {
    const asked = await askedFor(action.verb, viewer, ids, wanted);
    return action.isRehearsed === true
      ? await rehearseRows(this.#changes, { action, asked }, ids)
      : decideRows(action, asked, await action.verb.read(this.#db.knex, asked, ids));
  }

  async #goOnUndoing(
    viewer: Viewer,
    { preview, selection }: { readonly preview: Preview; readonly selection: UndoneAct },
    { undo }: OfferedAction,
  ): Promise<Part> {
    const { knex } = this.#db;
    const entries = await entriesToUndo(knex, viewer.scope, {
      ...selection,
      after: preview.countedTo,
      size: most.alike,
    });
    const decided = undo === undefined ? [] : await decideUndo(this.#db, viewer, undo, entries);
    const known = new Set(await knownRows(knex, preview.id, decided));
    const rows = decided.filter(({ id }) => !known.has(id));
    const part = {
      countedTo: entries.at(-1)?.id ?? preview.countedTo,
      isCounted: entries.length < most.alike,
    };
    await this.#db.transaction((tx) => store(tx, preview, part, rows));
    return part;
  }
}

interface Part {
  readonly countedTo: number;
  readonly isCounted: boolean;
}

/** Rows that an earlier part has met: an act may have changed one twice. */
async function knownRows(
  db: Knex,
  previewId: number,
  rows: readonly DecidedRow[],
): Promise<readonly number[]> {
  const known = db('preview_rows').where({ preview_id: previewId });
  engineOf(db).whereAmong(known, 'row_id', JSON.stringify(rows.map(({ id }) => id)));
  return await known.pluck('row_id');
}

/** Stores a part unless another request has. */
async function store(
  tx: Knex.Transaction,
  { id, countedTo }: Preview,
  part: Part,
  rows: readonly DecidedRow[],
): Promise<void> {
  const more = countsOf(rows);
  const held = await tx('previews')
    .where({ id, counted_to: countedTo, is_counted: 0 })
    .update({
      counted_to: part.countedTo,
      is_counted: Number(part.isCounted),
      will_change: tx.raw('will_change + ?', more['will-change']),
      already_so: tx.raw('already_so + ?', more['already-so']),
      refused: tx.raw('refused + ?', more.refused),
    });
  if (held === 1 && rows.length > 0) {
    await insertRows(tx, id, rows, await numbersOf(tx, id, rows));
  }
}

function countsOf(rows: readonly DecidedRow[]): Readonly<Record<PreviewKind, number>> {
  const counts = { 'will-change': 0, 'already-so': 0, refused: 0 };
  for (const row of rows) {
    counts[row.class.kind] += 1;
  }
  return counts;
}

/** The numbers of the rows' classes by digest; new ones are stored. */
async function numbersOf(
  tx: Knex.Transaction,
  id: number,
  rows: readonly DecidedRow[],
): Promise<ReadonlyMap<string, number>> {
  const classes = new Map(rows.map((row) => [row.class.digest, row.class]));
  const counts = new Map<string, number>();
  rows.forEach(({ class: { digest } }) => counts.set(digest, (counts.get(digest) ?? 0) + 1));
  const known: { digest: string; number: number }[] = await tx('preview_classes')
    .where({ preview_id: id })
    .whereIn('digest', [...classes.keys()])
    .select('digest', 'number');
  const numbers = new Map(known.map(({ digest, number }) => [digest, number]));
  for (const digest of numbers.keys()) {
    await tx('preview_classes')
      .where({ preview_id: id, digest })
      .increment('row_count', counts.get(digest) ?? 0);
  }
  const added = [...classes.values()].filter(({ digest }) => !numbers.has(digest));
  if (added.length > 0) {
    const [last] = await tx('preview_classes').where({ preview_id: id }).max('number as number');
    const first = Number(last?.['number'] ?? 0) + 1;
    added.forEach(({ digest }, at) => numbers.set(digest, first + at));
    await tx.batchInsert(
      'preview_classes',
      added.map((each) => columnsOf(id, each, numbers.get(each.digest) ?? 0, counts)),
      50,
    );
  }
  return numbers;
}

function columnsOf(
  id: number,
  { digest, kind, isAlike, wanted, before, after, reasons, undoes }: DecidedClass,
  number: number,
  counts: ReadonlyMap<string, number>,
): object {
  return {
    preview_id: id,
    number,
    digest,
    kind,
    is_alike: isAlike,
    wanted: wanted === undefined ? null : JSON.stringify(wanted),
    before: before === undefined ? null : JSON.stringify(before),
    after: after === undefined ? null : JSON.stringify(after),
    reasons: reasons.length === 0 ? null : JSON.stringify(reasons),
    undoes: undoes ?? null,
    row_count: counts.get(digest) ?? 0,
  };
}

const columns = {
  row_id: 'number',
  version: 'number',
  class: 'number',
  name: 'text',
  sort_name: 'text',
  detail: 'text',
} as const;

/** As one JSON text: statements limit the number of their values. */
async function insertRows(
  tx: Knex.Transaction,
  id: number,
  rows: readonly DecidedRow[],
  numbers: ReadonlyMap<string, number>,
): Promise<void> {
  const names = Object.keys(columns);
  const values = rows.map((row) => [
    row.id,
    row.version,
    numbers.get(row.class.digest) ?? 0,
    row.name,
    row.sortName,
    row.audited === undefined ? null : JSON.stringify({ audited: row.audited }),
  ]);
  const engine = engineOf(tx);
  const listed = tx.raw(`${engine.jsonRows(columns)} AS listed`, [JSON.stringify(values)]);
  await tx
    .into(tx.raw('preview_rows (preview_id, ??)', [names]))
    .insert(tx.from(listed).select(tx.raw('?', [id]), ...names));
}
