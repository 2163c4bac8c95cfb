/** A line of `npm run bench`. */
export interface Result {
  readonly metric: string;
  readonly figure: string;
  readonly goal: string;
  readonly holds: boolean;
}

/** A value with an upper limit. */
export function atMost(metric: string, value: number, most: number, unit: string): Result {
  return { metric, figure: amount(value, unit), goal: `< ${most} ${unit}`, holds: value < most };
}

/** A value with a lower limit. */
export function atLeast(metric: string, value: number, least: number, unit: string): Result {
  return { metric, figure: amount(value, unit), goal: `≥ ${least} ${unit}`, holds: value >= least };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The interquartile range, which shows the noise. */
export function spread(values: readonly number[]): string {
  return `${quantile(values, 0.25).toFixed(2)} to ${quantile(values, 0.75).toFixed(2)}`;
}

/** A Markdown table. */
export function tableOf(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |\n`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|\n`;
  return line(headings) + rule + rows.map(line).join('');
}

export function tableOfResults(results: readonly Result[]): string {
  return tableOf(
    ['metric', 'figure', 'goal', ''],
    results.map(({ metric, figure, goal, holds }) => [
      metric,
      figure,
      goal,
      holds ? 'holds' : 'DOES NOT HOLD',
    ]),
  );
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function amount(value: number, unit: string): string {
  return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))} ${unit}`;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
