import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Durations } from './durations.js';
import { testFolder } from './options.js';

/** Files that one process runs one after the other. */
export interface Group {
  readonly files: readonly string[];
  readonly seconds: number;
  /** Whether they share something, which is stopped after them for the whole process. */
  readonly isShared: boolean;
}

/** Modules that start something slow, shared by all files that import them. */
const shared = ["/tab.js'", "/shared.js'", "/shared-installation.js'"];

/** A group that takes longer is divided, since the run would wait for it; each part starts its own. */
const longestSharedSeconds = 200;

/** Longest first, so that short ones fill the gaps at the end. */
export function inGroups(files: readonly string[], durations: Durations): readonly Group[] {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const name = nameOfGroup(file);
    groups.set(name, [...(groups.get(name) ?? []), file]);
  }
  const secondsOf = (file: string): number => durations[file] ?? 1;
  return [...groups]
    .flatMap(([name, group]) =>
      divided(group, secondsOf).map((part) => ({ ...part, isShared: !group.includes(name) })),
    )
    .toSorted((a, b) => b.seconds - a.seconds);
}

/** In parts of about the same duration. */
function divided(
  files: readonly string[],
  secondsOf: (file: string) => number,
): readonly Omit<Group, 'isShared'>[] {
  const sum = (some: readonly string[]): number =>
    some.reduce((total, file) => total + secondsOf(file), 0);
  const count = Math.min(files.length, Math.ceil(sum(files) / longestSharedSeconds));
  const parts = Array.from({ length: count }, (): string[] => []);
  for (const file of files.toSorted((a, b) => secondsOf(b) - secondsOf(a))) {
    const [least] = parts.toSorted((a, b) => sum(a) - sum(b));
    least?.push(file);
  }
  return parts.map((part) => ({ files: part.toSorted(), seconds: sum(part) }));
}

function nameOfGroup(file: string): string {
  const text = readFileSync(join(testFolder, file), 'utf8');
  return shared.some((module) => text.includes(module)) ? dirname(file) : file;
}
