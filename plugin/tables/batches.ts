import type { Cursor, TableState } from './table-state.js';

/** Where the rows of a list come from, in its order. */
export interface RowSource<Row> {
  /** As many rows as `size` from a place on, and one more where there is one. */
  rows(place: TableState['place'], size: number): Promise<readonly Row[]>;
  keyOf(row: Row): Cursor;
  /** The key of the row that is `size` rows further than a place, where finding it takes less than reading all these. */
  keyAt?(place: TableState['place'], size: number): Promise<Cursor | undefined>;
}

interface Batch<Row> {
  readonly size: number;
  readonly rows: Promise<readonly Row[]>;
  /** The key of its last row, which is known before its rows are there. */
  readonly end: Promise<Cursor | undefined>;
}

const sizes = [500, 2000, 8000] as const;
const longestMs = 200;

/**
 * Every row, batch by batch. One batch is used while the database looks for the next two, which it can as soon as it is
 * known where the first of them ends. Where they keep people waiting, as in an order without an index, they become
 * larger and so fewer.
 *
 * @param longMs how long a batch may be waited for before they do.
 */
export async function* inBatches<Row>(
  source: RowSource<Row>,
  longMs = longestMs,
): AsyncGenerator<readonly Row[]> {
  let current = begin(source, { at: 'start' }, { size: sizes[0], looksAhead: false });
  for (;;) {
    const { size } = current;
    const end = await current.end;
    const ahead = end && begin(source, { at: 'after', key: end }, { size, looksAhead: true });
    const start = performance.now();
    const rows = await current.rows;
    const isLong = performance.now() - start > longMs;
    const batch = rows.slice(0, size);
    const last = batch.at(-1);
    if (rows.length <= size || last === undefined) {
      yield batch;
      return;
    }
    const key = source.keyOf(last);
    current =
      ahead !== undefined && !isLong && isSame(key, end)
        ? ahead
        : begin(
            source,
            { at: 'after', key },
            { size: isLong ? largerThan(size) : size, looksAhead: !isLong },
          );
    yield batch;
  }
}

function begin<Row>(
  source: RowSource<Row>,
  place: TableState['place'],
  { size, looksAhead }: { readonly size: number; readonly looksAhead: boolean },
): Batch<Row> {
  const end = (looksAhead ? source.keyAt?.(place, size) : undefined) ?? Promise.resolve(undefined);
  const rows = source.rows(place, size);
  // Nobody may be there any more to be told.
  end.catch(() => {});
  rows.catch(() => {});
  return { size, rows, end };
}

/** Rows may have come or gone since the key was looked for. */
function isSame(key: Cursor, expected: Cursor | undefined): boolean {
  return key.every((part, index) => part === expected?.[index]);
}

function largerThan(size: number): number {
  return sizes.find((each) => each > size) ?? size;
}
