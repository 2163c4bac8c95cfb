import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { inGroups } from './groups.js';
import { type Outcome, outcomeMark } from './outcome.js';
import { summaryOf } from './report.js';
import { splitOutput } from './split-output.js';

const outcome = (file: string, seconds: number, complaints: readonly string[] = []): Outcome => ({
  file,
  seconds,
  processorSeconds: seconds / 2,
  heapMb: 100,
  passed: 1,
  failed: complaints.length,
  complaints,
});

describe('the test runner', () => {
  it('starts with the longest files, and keeps files together that share a slow start', () => {
    const files = ['browser/lists.live.test.ts', 'browser/sign-in.live.test.ts', 'config.test.ts'];
    const durations = { 'browser/lists.live.test.ts': 4, 'config.test.ts': 6 };
    const groups = inGroups(files, durations);
    assert.deepEqual(
      groups.map(({ files: together, isShared }) => [isShared, ...together]),
      [
        [false, 'config.test.ts'],
        [true, 'browser/lists.live.test.ts', 'browser/sign-in.live.test.ts'],
      ],
    );
  });

  it('divides files that share a start when they take too long together', () => {
    const files = ['browser/lists', 'browser/sign-in', 'browser/jobs', 'browser/keyboard'].map(
      (name) => `${name}.live.test.ts`,
    );
    const [lists = '', signIn = '', jobs = '', keyboard = ''] = files;
    const groups = inGroups(files, { [lists]: 150, [signIn]: 90, [jobs]: 80, [keyboard]: 10 });
    assert.deepEqual(groups, [
      { files: [jobs, signIn], seconds: 170, isShared: true },
      { files: [keyboard, lists], seconds: 160, isShared: true },
    ]);
  });

  it('assigns output to its file, however it is split', async () => {
    const ends = [outcome('a.test.ts', 1), outcome('b.test.ts', 2)];
    const printed = ends.map((each) => `of ${each.file}\n${outcomeMark}${JSON.stringify(each)}\n`);
    const taken: [string, Outcome][] = [];
    await splitOutput(Readable.from(printed.join('').match(/[^]{1,7}/g) ?? []), (...each) =>
      taken.push(each),
    );
    assert.deepEqual(
      taken,
      ends.map((each) => [`of ${each.file}\n`, each]),
    );
  });

  it('ends with the twenty slowest suites, the failures, and the totals', () => {
    const files = Array.from({ length: 25 }, (_none, index) => outcome(`${index}.test.ts`, index));
    const { lines, hasPassed } = summaryOf([...files, outcome('bad.test.ts', 0, ['Failed: it'])]);
    assert.equal(hasPassed, false);
    assert.equal(lines.filter((line) => / MB {2}\d+\.test\.ts$/.test(line)).length, 20);
    assert.match(lines[1] ?? '', /24\.0 s {4}12\.0 s CPU {4}100 MB {2}24\.test\.ts/);
    assert.deepEqual(lines.slice(-2), ['Failed: it', '26 passed, 1 failed']);
  });

  it('fails when no test has run', () => {
    assert.equal(summaryOf([]).hasPassed, false);
  });
});
