import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Durations } from './durations.js';
import { testFolder } from './options.js';

/** Files that one process runs one after the other. */
export interface Group {
  readonly files: readonly string[];
  readonly seconds: number;
}

/** Modules that start something slow, shared by all files that import them. */
const shared = ["/tab.js'", "/shared.js'", "/shared-installation.js'"];

/** Longest first, so that short ones fill the gaps at the end. */
export function inGroups(files: readonly string[], durations: Durations): readonly Group[] {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const name = nameOfGroup(file);
    groups.set(name, [...(groups.get(name) ?? []), file]);
  }
  return [...groups.values()]
    .map((group) => ({
      files: group,
      seconds: group.reduce((sum, file) => sum + (durations[file] ?? 1), 0),
    }))
    .toSorted((a, b) => b.seconds - a.seconds);
}

function nameOfGroup(file: string): string {
  const text = readFileSync(join(testFolder, file), 'utf8');
  return shared.some((module) => text.includes(module)) ? dirname(file) : file;
}
