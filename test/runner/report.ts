import type { Outcome } from './outcome.js';

const shownFiles = 20;

export interface Summary {
  readonly lines: readonly string[];
  readonly hasPassed: boolean;
}

/** The slowest suites, the failures, and on the last line the totals. */
export function summaryOf(outcomes: readonly Outcome[]): Summary {
  const passed = sum(outcomes.map((outcome) => outcome.passed));
  const failed = sum(outcomes.map((outcome) => outcome.failed));
  const slowest = outcomes.toSorted((a, b) => b.seconds - a.seconds).slice(0, shownFiles);
  return {
    lines: [
      `The slowest of ${outcomes.length} suites:`,
      ...slowest.map(
        ({ seconds, processorSeconds, heapMb, file }) =>
          `${fixed(seconds)} s ${fixed(processorSeconds)} s CPU ${String(heapMb).padStart(6)} MB  ${file}`,
      ),
      '',
      ...outcomes.flatMap(({ complaints }) => complaints),
      `${passed} passed, ${failed} failed`,
    ],
    hasPassed: failed === 0 && passed > 0,
  };
}

function fixed(seconds: number): string {
  return seconds.toFixed(1).padStart(7);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
