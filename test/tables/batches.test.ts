import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import {
  array,
  assert as assertProperty,
  asyncProperty,
  boolean,
  integer,
  record,
} from 'fast-check';
import { type RowSource, inBatches } from '../../plugin/tables/batches.js';

/** Rows are their keys here; those that are asked for are found whenever the database comes to it. */
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

describe('rows in batches', () => {
  for (const knowsAhead of [true, false]) {
    const how = knowsAhead ? 'where the next ones are looked for ahead' : 'one after the other';
    it(`are all there, each once, ${how}`, async () => {
      for (const count of [0, 1, 499, 500, 501, 1000, 1001, 2600]) {
        const rows = upTo(count);
        const batches = await read(sourceOf(rows, { knowsAhead }));
        assert.deepEqual(batches.flat(), [...rows], `${count}`);
        assert.ok(batches.every(({ length }) => length <= 500));
      }
    });
  }

  it('are looked for while those before them are on their way', async () => {
    const arrivals: (() => void)[] = [];
    const source = sourceOf(upTo(5000), {
      arrival: () => new Promise<void>((resolve) => arrivals.push(resolve)),
    });
    const batches = inBatches(source, Infinity);
    const next = async (): Promise<number> => {
      const batch = batches.next();
      for (let n = 0; n < 5; n += 1) {
        await turn();
        arrivals.splice(0).forEach((arrive) => arrive());
      }
      return (await batch).value?.length ?? 0;
    };
    assert.equal(await next(), 500);
    // The first batch is asked for alone: nobody knows yet how long one takes.
    assert.deepEqual(source.asked, ['500 rows', 'key', '500 rows']);
    assert.equal(await next(), 500);
    assert.deepEqual(source.asked.slice(3), ['key', '500 rows']);
  });

  it('grow where each takes long, and are not looked for ahead', async () => {
    const source = sourceOf(upTo(20_000));
    const batches = await read(source, -1);
    assert.deepEqual(
      batches.map(({ length }) => length),
      [500, 2000, 8000, 8000, 1500],
    );
    assert.ok(!source.asked.includes('key'));
  });

  it('that stay are there once and in order, whatever comes and goes meanwhile', async () => {
    const change = record({
      adds: boolean(),
      row: integer({ min: 0, max: 6000 }),
      count: integer({ min: 1, max: 300 }),
    });
    await assertProperty(
      asyncProperty(array(change, { maxLength: 60 }), async (changes) => {
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
        const found = (await read(sourceOf(rows, { arrival }))).flat();
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
