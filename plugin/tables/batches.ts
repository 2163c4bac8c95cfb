import type { Cursor, TableState } from './table-state.js';

/** Reads a list's rows in its order. */
export interface RowSource<Row> {
  /** `size` rows from a position, and one more if there is one. */
  rows(place: TableState['place'], size: number): Promise<readonly Row[]>;
  keyOf(row: Row): Cursor;
  /** The key of the row `size` rows behind a position. An index yields it long before the rows. */
  keyAt?(place: TableState['place'], size: number): Promise<Cursor | undefined>;
}

interface Batch<Row> {
  readonly size: number;
  readonly rows: Promise<readonly Row[]>;
  /** The key of its last row, known before its rows are read. */
  readonly end: Promise<Cursor | undefined>;
}

const sizes = [500, 2000, 8000] as const;
const longestWaitMs = 200;

/**
 * Every row, batch by batch. A batch is requested as soon as the key of the last row before it is known, mostly before
 * that row has arrived. Slow batches, as in an order without an index, become larger and so fewer.
 *
 * @param mostMs the time above which a batch is slow.
 */
export async function* inBatches<Row>(
  source: RowSource<Row>,
  mostMs = longestWaitMs,
): AsyncGenerator<readonly Row[]> {
  let asking: Asking = { size: sizes[0], looksAhead: false };
  let current = begin(source, { at: 'start' }, asking);
  for (;;) {
    const start = performance.now();
    const end = await current.end;
    const ahead = end && begin(source, { at: 'after', key: end }, asking);
    const rows = await current.rows;
    const isLong = performance.now() - start > mostMs;
    const batch = rows.slice(0, current.size);
    const last = batch.at(-1);
    if (rows.length <= current.size || last === undefined) {
      yield batch;
      return;
    }
    asking = { size: isLong ? largerThan(asking.size) : asking.size, looksAhead: !isLong };
    const key = source.keyOf(last);
    current =
      ahead !== undefined && isSame(key, end) ? ahead : begin(source, { at: 'after', key }, asking);
    yield batch;
  }
}

interface Asking {
  readonly size: number;
  /** Whether to ask for the key of the last row as well. */
  readonly looksAhead: boolean;
}

function begin<Row>(
  source: RowSource<Row>,
  place: TableState['place'],
  { size, looksAhead }: Asking,
): Batch<Row> {
  const end = (looksAhead ? source.keyAt?.(place, size) : undefined) ?? Promise.resolve(undefined);
  const rows = source.rows(place, size);
  // The consumer may be gone; avoid an unhandled rejection.
  end.catch(() => {});
  rows.catch(() => {});
  return { size, rows, end };
}

/** Rows may have been added or removed since the key was read. */
function isSame(key: Cursor, expected: Cursor | undefined): boolean {
  return key.every((part, index) => part === expected?.[index]);
}

function largerThan(size: number): number {
  return sizes.find((each) => each > size) ?? size;
}
