import { readFileSync } from 'node:fs';

type Row = [text: string, expected: string, why?: string];

/** Rows of `<name>.json`, whose keys are the groups that they belong to. */
export function rowsIn(name: string): Row[] {
  const groups = JSON.parse(
    readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'),
  ) as Record<string, Row[]>;
  return Object.values(groups).flat();
}
