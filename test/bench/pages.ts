import type { EngineName } from '../../plugin/database/engine.js';
import { startFloor } from './floor.js';
import type { Size } from './fill.js';
import { type Installation, type Target, startPanel } from './installation.js';
import { type Burst, burst } from './load.js';
import { type MeasuredPage, measuredPages } from './measured-pages.js';
import { sized } from './options.js';
import { record } from './recording.js';
import { type Result, atMost, median, say, spread, tableOf } from './result.js';

const leastOfFloor = 0.5;
const mostGrowth = 1.5;
const warmUpMs = sized(5000, 500);

/** A page on each of the servers, one right after the other. */
interface Round {
  readonly floor: Burst;
  /** The floor with the libraries that every page needs. */
  readonly libraries: Burst;
  readonly large: Burst;
  readonly small: Burst;
}

interface Measuring {
  readonly rounds: number;
  readonly burstMs: number;
  readonly pagesOf?: (size: Size, engine: EngineName) => readonly MeasuredPage[];
}

interface Side {
  readonly target: Target;
  readonly installation: Installation;
  readonly pages: readonly MeasuredPage[];
}

type Sides = Readonly<Record<keyof Round, Side>>;

/** Compares every page of a large installation with the floor, and with a small installation's. */
export async function comparePages(
  large: Installation,
  small: Installation,
  { rounds, burstMs, pagesOf = measuredPages }: Measuring,
): Promise<readonly Result[]> {
  const sides = await startSides(large, small, pagesOf);
  const measured = new Map<string, readonly Round[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { name }] of sides.large.pages.entries()) {
      const isReversed = round % 2 === 1;
      const result = await measure(sides, index, { isReversed, burstMs });
      measured.set(name, [...(measured.get(name) ?? []), result]);
    }
  }
  await Promise.all(Object.values(sides).map(({ target }) => target.stop()));

  const { engine } = large.config.database;
  say(`\n${engine}: what a request costs in µs of processor time (and requests a second)\n`);
  say(tableOf(headings, [...measured].map(details)));
  return sides.large.pages.flatMap(({ name, mostMs }) => {
    const each = measured.get(name) ?? [];
    const milliseconds = median(each.map((round) => round.large.cost)) / 1000;
    return [
      mostMs === undefined
        ? resultOfFloor(`${engine}: ${name}`, each)
        : atMost(`${engine}: ${name}: processor time`, milliseconds, mostMs, 'ms'),
      resultOfGrowth(`${engine}: ${name}`, each),
    ];
  });
}

/** Starts the three servers and warms them up with every page. */
async function startSides(
  large: Installation,
  small: Installation,
  pagesOf: (size: Size, engine: EngineName) => readonly MeasuredPage[],
): Promise<Sides> {
  const { engine } = large.config.database;
  const pages = pagesOf(large.size, engine);
  const recordings = await record(large, [...new Set(pages.flatMap(({ paths }) => paths))]);
  const sides = {
    floor: { target: await startFloor(large, recordings), installation: large, pages },
    libraries: {
      target: await startFloor(large, recordings, 'libraries'),
      installation: large,
      pages,
    },
    large: { target: await startPanel(large), installation: large, pages },
    small: {
      target: await startPanel(small),
      installation: small,
      pages: pagesOf(small.size, engine),
    },
  };
  for (const side of Object.values(sides)) {
    const paths = side.pages.flatMap((page) => page.paths);
    await loaded(side, { name: 'warm up', paths }, warmUpMs);
  }
  return sides;
}

async function measure(
  sides: Sides,
  index: number,
  { isReversed, burstMs }: { readonly isReversed: boolean; readonly burstMs: number },
): Promise<Round> {
  const order = ['floor', 'libraries', 'large', 'small'] as const;
  const bursts: Partial<Record<keyof Round, Burst>> = {};
  for (const side of isReversed ? order.toReversed() : order) {
    bursts[side] = await loaded(sides[side], sides[side].pages[index], burstMs);
  }
  return bursts as Round;
}

async function loaded(
  { target, installation }: Side,
  page: MeasuredPage | undefined,
  milliseconds: number,
): Promise<Burst> {
  const { paths = [], isCompressed = false } = page ?? {};
  const headers = {
    cookie: installation.cookie,
    ...(isCompressed && { 'accept-encoding': 'gzip, deflate, br' }),
  };
  const pids = [target.pid, ...installation.databasePids];
  return await burst({ port: target.port, pids, paths, headers }, milliseconds);
}

const headings = [
  'page',
  'floor',
  'libraries alone',
  'of the floor',
  'Relais',
  'of the floor',
  'the small one',
  'growth',
];

function details([name, rounds]: readonly [string, readonly Round[]]): readonly string[] {
  const each = (side: keyof Round): string => {
    const cost = median(rounds.map((round) => round[side].cost));
    const requests = median(rounds.map((round) => round[side].requestsPerSecond));
    return `${Math.round(cost)} (${Math.round(requests)})`;
  };
  return [
    name,
    each('floor'),
    each('libraries'),
    spread(rounds.map(({ floor, libraries }) => floor.cost / libraries.cost)),
    each('large'),
    spread(rounds.map(ofFloor)),
    each('small'),
    spread(rounds.map(growth)),
  ];
}

function resultOfFloor(name: string, rounds: readonly Round[]): Result {
  const ratios = rounds.map(ofFloor);
  return {
    metric: `${name}: requests/s of a core, of the floor's`,
    figure: `${median(ratios).toFixed(2)} × (${spread(ratios)})`,
    goal: `≥ ${leastOfFloor} ×`,
    holds: median(ratios) >= leastOfFloor,
  };
}

function resultOfGrowth(name: string, rounds: readonly Round[]): Result {
  const growths = rounds.map(growth);
  return {
    metric: `${name}: cost in the large installation, of that in the small one`,
    figure: `${median(growths).toFixed(2)} × (${spread(growths)})`,
    goal: `about 1 (< ${mostGrowth}) ×`,
    holds: median(growths) < mostGrowth,
  };
}

function ofFloor({ floor, large }: Round): number {
  return floor.cost / large.cost;
}

function growth({ small, large }: Round): number {
  return large.cost / small.cost;
}
