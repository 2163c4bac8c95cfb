import { basename, resolve } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';
import { type Demo, burstOf, startDemo } from './demo.js';
import { besides, sized } from './options.js';
import { costsOfStarts } from './starts.js';
import { type Result, atMost, median, say, tableOf } from './result.js';

/** The administrator's pages of the demo. */
const pages: Readonly<Record<string, string>> = {
  domains: '/domains',
  'SMTP servers': '/smtp-servers',
  outbox: '/messages',
  accounts: '/accounts',
  plans: '/plans',
  settings: '/settings',
  'new SMTP server': '/smtp-servers/new',
  activity: '/audit',
  'mail settings': '/domains/cabinet-desormeaux.example/mail-settings',
  mailboxes: '/domains/cabinet-desormeaux.example/mailboxes',
  aliases: '/domains/cabinet-desormeaux.example/aliases',
};
const perBurst = sized(100, 20);
const rounds = sized(14, 2);
const warmUp = sized(1500, 50);
const most = 1.03;

interface Measured {
  readonly what: string;
  /** µs of each burst or start: of this tree, then of the others. */
  readonly costs: readonly (readonly number[])[];
  /** Of an answer. */
  readonly bytes: readonly number[];
}

/** Starts and pages of this tree beside those of built trees of earlier versions: `--beside <tree>`, once for each. */
export async function measureBeside(): Promise<readonly Result[]> {
  if (besides.length === 0) {
    throw new Error('Which tree? npm run bench -- --only beside --beside <tree>');
  }
  const trees = [programFolder, ...besides.map((tree) => resolve(tree))];
  const start = { what: 'start', costs: await costsOfStarts(trees), bytes: [] };
  const demos = await Promise.all(trees.map(startDemo));
  try {
    const measured = [start, ...(await measureAll(demos))];
    say(
      tableOf(['what', 'µs', ...besides.map((tree) => `of ${basename(tree)}`)], rowsOf(measured)),
    );
    return measured.flatMap(resultsOf);
  } finally {
    await Promise.all(demos.map((demo) => demo.stop()));
  }
}

/** Measures the versions in turns, beginning with another one each round, so that a busy machine slows all alike. */
async function measureAll(demos: readonly Demo[]): Promise<readonly Measured[]> {
  for (const path of Object.values(pages)) {
    for (const demo of demos) {
      await burstOf(demo, path, warmUp);
    }
  }
  const measured = Object.keys(pages).map((what) => ({
    what,
    costs: demos.map((): number[] => []),
    bytes: demos.map(() => 0),
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { what, costs, bytes } of measured) {
      const order = [...demos.entries()];
      for (const [at, demo] of round % 2 === 0 ? order : order.toReversed()) {
        const burst = await burstOf(demo, pages[what] ?? '', perBurst);
        costs[at]?.push(burst.cost);
        bytes[at] = burst.bytes;
      }
    }
  }
  return measured;
}

function rowsOf(measured: readonly Measured[]): readonly (readonly string[])[] {
  return measured.map((each) => [
    each.what,
    Math.min(...(each.costs[0] ?? [])).toFixed(0),
    ...besides.map((_tree, index) => {
      const { best, middle, bytes } = ratiosOf(each, index);
      const ratios = `${best.toFixed(2)} to ${middle.toFixed(2)}`;
      return bytes === undefined ? ratios : `${ratios}, bytes ${bytes.toFixed(2)} ×`;
    }),
  ]);
}

function resultsOf(measured: Measured): readonly Result[] {
  return besides.flatMap((tree, index) => {
    const { best, middle } = ratiosOf(measured, index);
    const name = `${measured.what}: processor time beside ${basename(tree)}`;
    return [atMost(`${name}, best`, best, most, '×'), atMost(`${name}, median`, middle, most, '×')];
  });
}

/** The ratio of the best, and the median of the ratios of those that followed one another. */
function ratiosOf(
  { costs, bytes }: Measured,
  index: number,
): { readonly best: number; readonly middle: number; readonly bytes: number | undefined } {
  const [own, other] = [costs[0] ?? [], costs[index + 1] ?? []];
  const [ownBytes, otherBytes] = [bytes[0], bytes[index + 1]];
  return {
    best: Math.min(...own) / Math.min(...other),
    middle: median(own.map((cost, round) => cost / (other[round] ?? Number.NaN))),
    bytes: ownBytes && otherBytes && ownBytes / otherBytes,
  };
}
