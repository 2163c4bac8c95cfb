import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { InsufficientStorageError } from '../../plugin/errors.js';
import { JsonScanner } from '../../plugin/web/json-scanner.js';
import { Spool } from '../../plugin/web/spool.js';
import { temporaryFolder } from '../support/processes.js';

const many = 11_000;

interface Writable {
  writev: (this: Writable, buffers: readonly Buffer[]) => Promise<unknown>;
}

interface Scanned {
  readonly value: unknown;
  readonly isTooMuch: boolean;
  readonly longTexts: readonly number[];
}

function nameOf(index: number): string {
  return `long text ${index}`;
}

describe('a JSON body', () => {
  const folder = temporaryFolder('spool');
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The parsed body, received in chunks of this size, with its long texts back in place. */
  const scanned = async (json: string, chunkBytes = 64 * 1024): Promise<Scanned> => {
    const spool = new Spool(folder);
    const scanner = new JsonScanner(
      spool,
      (index) => `long text ${index}`,
      () => Infinity,
    );
    const all = Buffer.from(json);
    for (let at = 0; at < all.length; at += chunkBytes) {
      scanner.push(all.subarray(at, at + chunkBytes));
      await spool.settle();
    }
    await spool.seal();
    let whole = scanner.json.toString();
    for (const [index, { start, bytes }] of scanner.longTexts.entries()) {
      const pieces: Buffer[] = [];
      for await (const piece of spool.read(start, bytes)) {
        pieces.push(Buffer.from(piece));
      }
      whole = whole.replace(`long text ${index}`, () => Buffer.concat(pieces).toString());
    }
    await spool.close();
    const { isTooMuch, longTexts } = scanner;
    return {
      value: isTooMuch ? undefined : JSON.parse(whole),
      isTooMuch,
      longTexts: longTexts.map(({ bytes }) => bytes),
    };
  };

  const counted: [what: string, json: string, isMany: boolean][] = [
    ['a message', '{"to":["a@b.test"],"text":"a, b [c] {d}"}', false],
    ['a long text full of marks', JSON.stringify({ text: '{[,'.repeat(many) }), false],
    [
      'a text that ends in an escape',
      JSON.stringify([`${'\\'.repeat(3)}"`, '[,{'.repeat(many)]),
      false,
    ],
    ['as many texts as are read', JSON.stringify(Array.from({ length: 4990 }, () => 'a')), false],
    ['many objects', JSON.stringify(Array.from({ length: many }, () => ({}))), true],
    ['many numbers', JSON.stringify(Array.from({ length: many }, () => 1)), true],
    ['many texts and nothing between them', '""'.repeat(many), true],
    ['great depth', '['.repeat(many), true],
    ['many behind a text', `["\\"",${'{},'.repeat(many)}`, true],
    ['white space without an end', `[${' '.repeat(3_000_000)}]`, true],
    ['a number without an end', `[${'1'.repeat(3_000_000)}]`, true],
    ['many texts that are nearly long', JSON.stringify(Array(200).fill('x'.repeat(16_000))), true],
    ['millions of escaped quotation marks', `["${'\\"'.repeat(5_000_000)}"]`, true],
  ];
  for (const [what, json, isMany] of counted) {
    it(`is ${isMany ? 'refused as too much' : 'read'}: ${what}`, async () => {
      assert.equal((await scanned(json)).isTooMuch, isMany);
    });
  }

  it('is read unchanged, wherever it is split and however long its texts are', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .constantFrom('"', '\\', '\\"', '\\\\', 'é', '\u2028', '😀')
        .chain((each) => fc.nat(20_000).map((times) => each.repeat(times))),
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 3 }, text, fc.integer(), fc.boolean(), tie('list'), tie('map')),
      list: fc.array(tie('any'), { maxLength: 5 }),
      map: fc.dictionary(text, tie('any'), { maxKeys: 5 }),
    })).any;
    await fc.assert(
      fc.asyncProperty(value, fc.integer({ min: 1, max: 9000 }), async (sent, chunkBytes) => {
        const json = JSON.stringify([sent]);
        assert.deepEqual((await scanned(json, chunkBytes)).value, JSON.parse(json));
      }),
      { numRuns: 200 },
    );
  });

  it('can be split between any two bytes', async () => {
    const json = JSON.stringify({ 'a"b': ['\\', '\\"', `${'\\"'.repeat(9000)}\\`, 'é{['] });
    for (const chunkBytes of [1, 2, 3, 5]) {
      const { value, longTexts } = await scanned(json, chunkBytes);
      assert.deepEqual(value, JSON.parse(json));
      assert.deepEqual(longTexts, [36_002]);
    }
  });

  const lengthy = 'x'.repeat(20_000);
  const fields: readonly (readonly [when: string, json: string, stored: number])[] = [
    ['its field accepts as much', `{"a":"${lengthy}"}`, 20_000],
    ['spaces surround the colon', `{"a"${' '.repeat(500)}:\n"${lengthy}"}`, 20_000],
    ['the name is escaped', `{"\\u0061":"${lengthy}"}`, 20_000],
    ['another long text was before', `{"a":"${lengthy}","b":"","a":"${lengthy}"}`, 40_000],
    ['it is longer than its field accepts', `{"a":"${lengthy}${lengthy}"}`, 0],
    ['its field accepts no long text', `{"a":"","b":"${lengthy}"}`, 0],
    ['it is an item of a list', `{"a":"","b":["a","${lengthy}"]}`, 0],
    ['it is the name of a field', `{"a":"","${lengthy}":"a"}`, 0],
  ];
  for (const [when, json, stored] of fields) {
    const isStored = stored > 0;
    it(`has a long text that is ${isStored ? '' : 'not '}stored when ${when}`, () => {
      for (const chunkBytes of [7, 19_990, json.length]) {
        const spool = new Spool(folder);
        const scanner = new JsonScanner(spool, nameOf, (field) => (field === 'a' ? 30_000 : 0));
        for (let at = 0; at < json.length; at += chunkBytes) {
          scanner.push(Buffer.from(json.slice(at, at + chunkBytes)));
        }
        assert.equal(scanner.longTexts.at(-1)?.isStored, isStored);
        assert.ok(isStored ? spool.size === stored : spool.size <= 30_000, String(spool.size));
        assert.match(scanner.json.toString(), /"long text \d"/);
      }
    });
  }

  it('is stored completely when the disk accepts parts of writes', async () => {
    const probe = await open(join(folder, 'probe'), 'w');
    const handle: Writable = Object.getPrototypeOf(probe);
    const { writev } = handle;
    handle.writev = async function (buffers) {
      const [first = Buffer.alloc(0), ...more] = buffers;
      const half = first.subarray(0, Math.ceil(first.length / 2));
      return await writev.call(this, [half, ...(half.length === 1 ? more.slice(0, 1) : [])]);
    };
    try {
      const long = 'a'.repeat(3_000_000);
      assert.deepEqual((await scanned(JSON.stringify([long]))).value, [long]);
    } finally {
      handle.writev = writev;
      await probe.close();
      rmSync(join(folder, 'probe'));
    }
  });

  it('is written in few pieces, in however many it arrived', async () => {
    const probe = await open(join(folder, 'probe'), 'w');
    const handle: Writable = Object.getPrototypeOf(probe);
    const { writev } = handle;
    const written: number[] = [];
    handle.writev = async function (buffers) {
      written.push(buffers.length);
      return await writev.call(this, buffers);
    };
    try {
      const long = 'a'.repeat(3_000_000);
      assert.deepEqual((await scanned(JSON.stringify([long]), 100)).value, [long]);
    } finally {
      handle.writev = writev;
      await probe.close();
      rmSync(join(folder, 'probe'));
    }
    assert.ok(written.length > 0 && written.length <= 4, `${written.length} calls`);
    assert.ok(Math.max(...written) <= 20, `pieces: ${written.join()}`);
  });

  it('is spooled only while there is enough space, whatever size was announced', async () => {
    const asked: number[] = [];
    const spool = new Spool(folder, async (bytes) => {
      asked.push(bytes);
      if (asked.length > 2) {
        throw new InsufficientStorageError('errors.no-room');
      }
    });
    const grow = async (): Promise<void> => {
      spool.add(Buffer.alloc(2_000_000));
      await spool.settle();
    };
    await grow();
    await grow();
    await assert.rejects(grow(), InsufficientStorageError);
    // What is about to be written, and all of it again for the database.
    assert.deepEqual(asked, [4_000_000, 6_000_000, 8_000_000]);
    await spool.close();
  });

  it('leaves no file behind, not even while a large one is read', async () => {
    const spool = new Spool(folder);
    spool.add(Buffer.alloc(3_000_000));
    await spool.settle();
    assert.deepEqual(readdirSync(folder), []);
    await spool.close();
  });
});
