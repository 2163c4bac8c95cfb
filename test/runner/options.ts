import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';

const args = process.argv.slice(2);

export const testFolder = join(programFolder, 'test');
/** SQLite alone, no mail servers and no browser. */
export const isUnit = args.includes('--unit');
/** Records how long each file took. */
export const isRecording = args.includes('--record');

const words = args.filter((arg) => !arg.startsWith('--'));

/** Paths below `test/` of the files that run. */
export function testFiles(): readonly string[] {
  return readdirSync(testFolder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => !(isUnit && file.endsWith('.live.test.ts')))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .toSorted();
}
