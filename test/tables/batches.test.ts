import assert from 'node:assert/strict';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import {
  array,
  assert as assertProperty,
  asyncProperty,
  boolean,
  integer,
  record,
} from 'fast-check';
import { type RowSource, inBatches } from '../../plugin/tables/batches.js';

/** The rows are their keys, read when the answer arrives. */
function sourceOf(
  rows: ReadonlySet<number>,
  {
    arrival = turn,
    knowsAhead = true,
  }: { arrival?: () => Promise<unknown>; knowsAhead?: boolean } = {},
): RowSource<number> & { readonly asked: string[] } {
  const asked: string[] = [];
  const behind = async (place: Parameters<RowSource<number>['rows']>[0]): Promise<number[]> => {
    await arrival();
    const from = 'key' in place ? Number(place.key[0]) : -Infinity;
    return [...rows].filter((row) => row > from).toSorted((a, b) => a - b);
  };
  return {
    asked,
    rows: async (place, size) => {
      asked.push(`${size} rows`);
      return (await behind(place)).slice(0, size + 1);
    },
    keyOf: (row) => [row],
    ...(knowsAhead && {
      keyAt: async (place, size) => {
        asked.push('key');
        const key = (await behind(place))[size - 1];
        return key === undefined ? undefined : [key];
      },
    }),
  };
}

const upTo = (count: number): Set<number> => new Set(Array.from({ length: count }, (_, n) => n));

async function read(source: RowSource<number>, longMs = Infinity): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const batch of inBatches(source, longMs)) {
    batches.push([...batch]);
  }
  return batches;
}

/** Fails from this row on. */
function failing(from: number): RowSource<number> {
  const source = sourceOf(upTo(5000));
  return {
    ...source,
    rows: async (place, size) => {
      if ('key' in place && Number(place.key[0]) >= from) {
        throw new Error('no rows');
      }
      return await source.rows(place, size);
    },
    keyAt: async (place, size) => {
      if ('key' in place && Number(place.key[0]) >= from) {
        throw new Error('no key');
      }
      return await source.keyAt?.(place, size);
    },
  };
}

describe('rows in batches', () => {
  for (const knowsAhead of [true, false]) {
    const how = knowsAhead ? 'where the next ones are looked for ahead' : 'one after the other';
    it(`are complete, without duplicates, ${how}`, async () => {
      for (const count of [0, 1, 499, 500, 501, 1000, 1001, 2600]) {
        const rows = upTo(count);
        const batches = await read(sourceOf(rows, { knowsAhead }));
        assert.deepEqual(batches.flat(), [...rows], `${count}`);
        assert.ok(batches.every(({ length }) => length <= 500));
      }
    });
  }

  it('are requested before earlier ones have arrived', async () => {
    const rows = [...upTo(5000)];
    const asked: number[] = [];
    let arrive: (() => void) | undefined;
    const batches = inBatches<number>(
      {
        rows: async (place, size) => {
          const from = 'key' in place ? Number(place.key[0]) + 1 : 0;
          asked.push(from);
          if (from === 500) {
            await new Promise<void>((resolve) => (arrive = resolve));
          }
          return rows.slice(from, from + size + 1);
        },
        keyOf: (row) => [row],
        keyAt: async (place, size) => ['key' in place ? Number(place.key[0]) + size : size - 1],
      },
      Infinity,
    );
    assert.equal((await batches.next()).value?.length, 500);
    const second = batches.next();
    await turn();
    assert.deepEqual(asked, [0, 500, 1000]);
    arrive?.();
    assert.deepEqual((await second).value?.at(-1), 999);
    // After that, the consumer receives nothing.
    await batches.return(undefined);
  });

  it('grow when each takes long, and are not requested ahead', async () => {
    const source = sourceOf(upTo(20_000));
    const batches = await read(source, -1);
    assert.deepEqual(
      batches.map(({ length }) => length),
      [500, 2000, 8000, 8000, 1500],
    );
    assert.ok(!source.asked.includes('key'));
  });

  it('grow when finding the key takes long', async () => {
    const source = sourceOf(upTo(20_000));
    const batches = await read(
      { ...source, keyAt: async (place, size) => sleep(50, await source.keyAt?.(place, size)) },
      25,
    );
    assert.ok(batches.some(({ length }) => length > 500));
    assert.deepEqual(batches.flat(), [...upTo(20_000)]);
  });

  it('end with the error, and errors after the consumer has left are not unhandled', async () => {
    await assert.rejects(read(failing(1499)), /no (rows|key)/);

    const unheard: unknown[] = [];
    const hear = (reason: unknown): number => unheard.push(reason);
    process.on('unhandledRejection', hear);
    const left = inBatches(failing(499), Infinity);
    await left.next();
    await left.return(undefined);
    await sleep(5);
    process.off('unhandledRejection', hear);
    assert.deepEqual(unheard, []);
  });

  it('contain every row that stays once and in order, whatever is added and removed meanwhile', async () => {
    const change = record({
      adds: boolean(),
      row: integer({ min: 0, max: 6000 }),
      count: integer({ min: 1, max: 300 }),
    });
    await assertProperty(
      asyncProperty(array(change, { maxLength: 60 }), boolean(), async (changes, isLong) => {
        const rows = new Set([...upTo(2500)].map((n) => n * 2));
        const stayed = new Set(rows);
        const left = [...changes];
        const arrival = async (): Promise<void> => {
          await turn();
          const { adds, row, count } = left.shift() ?? { adds: true, row: 0, count: 0 };
          for (let each = row; each < row + count; each += 1) {
            stayed.delete(each);
            if (adds) {
              rows.add(each);
            } else {
              rows.delete(each);
            }
          }
        };
        const found = (await read(sourceOf(rows, { arrival }), isLong ? -1 : Infinity)).flat();
        assert.deepEqual(
          found,
          [...new Set(found)].toSorted((a, b) => a - b),
        );
        const known = new Set(found);
        assert.deepEqual(
          [...stayed].filter((row) => !known.has(row)),
          [],
        );
      }),
      { numRuns: 60 },
    );
  });
});
