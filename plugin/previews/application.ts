import type { Knex } from 'knex';
import type { Changing } from '../changes/changes.js';
import { type Asked, askedFor } from '../changes/verb.js';
import type { Database } from '../database/database.js';
import { storageUnavailable } from '../database/failures.js';
import { AppError, ForbiddenError } from '../errors.js';
import { type JobResult, addResults, noResult } from '../jobs/job.js';
import type { Chunk } from '../jobs/kind.js';
import type { Viewer } from '../viewing/viewer.js';
import type { AnyRowsAction } from './action.js';
import {
  type ClassInRange,
  type PreviewRow,
  type RowRange,
  classRows,
  classesIn,
  nextRange,
} from './chunk-rows.js';
import { type MovedRow, lockAndFindMoved, markMoved } from './moved-rows.js';
import { carryOutOneByOne, refusalOf } from './one-by-one.js';
import type { Preview } from './preview.js';

/**
 * Rows of a chunk: many where they are written at once. A transaction writes each page of an index that it touches, and
 * names are all over their indexes: chunks of 1,000 rows write most of them a hundred times for 100,000.
 */
const usualSizes = { atOnce: 10_000, mixed: 1000, oneByOne: 100 };
const mostRefusals = 100;

type AskedOf = (wanted: unknown) => Asked<unknown, unknown>;

/** Applies a preview: exactly its rows, except those that have changed since. */
export class Application {
  readonly #db: Database;
  readonly #sizes: typeof usualSizes;

  constructor(db: Database, sizes = usualSizes) {
    this.#db = db;
    this.#sizes = sizes;
  }

  /**
   * Reads the rows behind an ID, and what deciding about them again needs; undefined behind the last.
   *
   * @throws {ForbiddenError} when the viewer may no longer do this.
   */
  async next(
    viewer: Viewer,
    preview: Preview,
    action: AnyRowsAction,
    after: number,
  ): Promise<Chunk | undefined> {
    if (!viewer.permissions.has(action.permission)) {
      throw new ForbiddenError('errors.not-permitted');
    }
    const { alike, together } = action.verb;
    if (alike === undefined) {
      const size = together === undefined ? this.#sizes.oneByOne : this.#sizes.mixed;
      return (await this.#chunk(viewer, preview, action, { after, size }))?.chunk;
    }
    const large = await this.#chunk(viewer, preview, action, { after, size: this.#sizes.atOnce });
    return large === undefined || large.isAtOnce
      ? large?.chunk
      : (await this.#chunk(viewer, preview, action, { after, size: this.#sizes.mixed }))?.chunk;
  }

  async #chunk(
    viewer: Viewer,
    preview: Preview,
    action: AnyRowsAction,
    { after, size }: { readonly after: number; readonly size: number },
  ): Promise<{ readonly chunk: Chunk; readonly isAtOnce: boolean } | undefined> {
    const range = await nextRange(this.#db.knex, preview.id, after, size);
    if (range === undefined) {
      return undefined;
    }
    const classes = await classesIn(this.#db.knex, range);
    const asked = await this.#asked(viewer, preview, action, { range, classes });
    const isAtOnce = await this.#areAtOnce(action, classes, asked);
    const chunk: Chunk = {
      cursor: range.upTo,
      count: classes.reduce((sum, { count }) => sum + count, 0),
      write: async (changing) => {
        const result = await new ChunkWriting(changing, action, range, asked).write(classes);
        await changing.tx('previews').where({ id: preview.id }).update({ applied_to: range.upTo });
        return result;
      },
    };
    return { chunk, isAtOnce };
  }

  /** Whether a statement or two write all rows of each class; something else that they need may be gone since. */
  async #areAtOnce(
    { verb }: AnyRowsAction,
    classes: readonly ClassInRange[],
    askedOf: AskedOf,
  ): Promise<boolean> {
    for (const { class: each, first } of classes.filter(willChange)) {
      const asked = askedOf(each.wanted);
      const subjects = each.isAlike ? await verb.read(this.#db.knex, asked, [first]) : [];
      const [decision] = subjects.map((some) => verb.decide(asked.viewer, some, asked.wanted));
      if (!each.isAlike || decision?.kind === 'refused') {
        return false;
      }
    }
    return true;
  }

  /** Loads what decisions need for each wanted change: undoing wants another one for each class. */
  async #asked(
    viewer: Viewer,
    preview: Preview,
    action: AnyRowsAction,
    { range, classes }: { readonly range: RowRange; readonly classes: readonly ClassInRange[] },
  ): Promise<AskedOf> {
    const found = new Map<string, Asked<unknown, unknown>>();
    const changing = classes.filter(willChange);
    const wantedOf = ({ class: { wanted } }: ClassInRange): unknown => wanted ?? preview.wanted;
    for (const each of changing) {
      const wanted = wantedOf(each);
      const key = JSON.stringify(wanted);
      if (!found.has(key)) {
        const same = changing.filter((other) => JSON.stringify(wantedOf(other)) === key);
        const ids = (await Promise.all(same.map((some) => this.#idsOf(range, some)))).flat();
        await action.prepare?.(ids);
        found.set(key, await askedFor(action.verb, viewer, ids, wanted));
      }
    }
    return (wanted) =>
      found.get(JSON.stringify(wanted ?? preview.wanted)) ?? { viewer, wanted, facts: undefined };
  }

  /** One row stands for those that are decided alike. */
  async #idsOf(
    range: RowRange,
    { class: { number, isAlike }, first }: ClassInRange,
  ): Promise<number[]> {
    return isAlike ? [first] : await classRows(this.#db.knex, range, number).pluck('row_id');
  }
}

function willChange({ class: { kind } }: ClassInRange): boolean {
  return kind === 'will-change';
}

/** The writing of one chunk in its transaction. */
class ChunkWriting {
  readonly #changing: Changing;
  readonly #action: AnyRowsAction;
  readonly #range: RowRange;
  readonly #asked: AskedOf;

  constructor(changing: Changing, action: AnyRowsAction, range: RowRange, asked: AskedOf) {
    this.#changing = changing;
    this.#action = action;
    this.#range = range;
    this.#asked = asked;
  }

  async write(classes: readonly ClassInRange[]): Promise<JobResult> {
    const moved = await this.#moved(classes);
    const [inOrder, others] = this.#split(classes);
    let result = { ...noResult, moved: moved.length };
    if (inOrder[0] !== undefined) {
      const numbers = inOrder.map(({ class: { number } }) => number);
      result = addResults(result, await this.#oneByOne(numbers, inOrder[0].class.wanted));
    }
    for (const each of others) {
      const gone = moved.filter((row) => row.class === each.class.number).length;
      result = addResults(result, await this.#writeClass(each, each.count - gone));
    }
    return result;
  }

  /** What was rehearsed row after row is done in that order, whatever class each is of. */
  #split(
    classes: readonly ClassInRange[],
  ): readonly [inOrder: readonly ClassInRange[], others: readonly ClassInRange[]] {
    return this.#action.isRehearsed === true
      ? [classes.filter(willChange), classes.filter((each) => !willChange(each))]
      : [[], classes];
  }

  /** Marks the rows that were changed meanwhile, where their versions are in a table. */
  async #moved(classes: readonly ClassInRange[]): Promise<readonly MovedRow[]> {
    const { alike } = this.#action.verb;
    const [some] = classes;
    if (alike === undefined || some === undefined) {
      return [];
    }
    const { tx } = this.#changing;
    const { scope } = this.#asked(some.class.wanted).viewer;
    const moved = await lockAndFindMoved(tx, this.#range, alike.table, scope);
    await markMoved(tx, { previewId: this.#range.previewId, scope }, moved);
    return moved;
  }

  async #writeClass(each: ClassInRange, count: number): Promise<JobResult> {
    switch (each.class.kind) {
      case 'already-so':
        return { ...noResult, unchanged: count };
      case 'refused':
        return { ...noResult, refused: count, refusals: await this.#refusals(each) };
      case 'will-change':
        return count === 0 ? noResult : await this.#change(each, count);
    }
  }

  async #refusals({ class: { number, reasons } }: ClassInRange): Promise<JobResult['refusals']> {
    const names: string[] = await this.#rows(number).limit(mostRefusals).pluck('name');
    return names.map((name) => refusalOf(name, reasons));
  }

  async #change(
    { class: { number, isAlike, wanted } }: ClassInRange,
    count: number,
  ): Promise<JobResult> {
    const asked = this.#asked(wanted);
    if (isAlike && (await this.#writeAlike(number, asked))) {
      return { ...noResult, changed: count };
    }
    return await this.#oneByOne([number], wanted);
  }

  async #oneByOne(numbers: readonly number[], wanted: unknown): Promise<JobResult> {
    const rows: PreviewRow[] = await classRows(this.#changing.tx, this.#range, ...numbers)
      .orderBy('row_id')
      .select('row_id', 'version', 'name', 'detail');
    const { previewId } = this.#range;
    const what = { action: this.#action, asked: this.#asked(wanted), previewId };
    return await carryOutOneByOne(this.#changing, what, rows);
  }

  /** Decides again about one row, and writes all like it. @returns whether it could. */
  async #writeAlike(number: number, asked: Asked<unknown, unknown>): Promise<boolean> {
    const { verb } = this.#action;
    const { tx } = this.#changing;
    const first: { row_id: number } | undefined = await this.#rows(number)
      .orderBy('row_id')
      .first('row_id');
    const [subject] = first === undefined ? [] : await verb.read(tx, asked, [first.row_id]);
    const decision =
      subject === undefined ? undefined : verb.decide(asked.viewer, subject, asked.wanted);
    if (decision?.kind !== 'will-change' || verb.alike === undefined) {
      return false;
    }
    const { alike } = verb;
    try {
      await this.#changing.part((part) =>
        alike.write(part, decision, this.#rows(number, part.tx).select('row_id')),
      );
      return true;
    } catch (error) {
      if (error instanceof AppError && storageUnavailable(error) === undefined) {
        return false;
      }
      throw error;
    }
  }

  #rows(number: number, tx: Knex.Transaction = this.#changing.tx): Knex.QueryBuilder {
    return classRows(tx, this.#range, number);
  }
}
