import { availableParallelism } from 'node:os';
import { readDurations, recordDurations } from './runner/durations.js';
import { inGroups } from './runner/groups.js';
import { keepFilesInMemory } from './runner/memory-folder.js';
import { installPackages } from './runner/install-packages.js';
import { isRecording, isUnit, testFiles } from './runner/options.js';
import type { Outcome } from './runner/outcome.js';
import { runGroups } from './runner/pool.js';
import { say, summaryOf } from './runner/report.js';

/**
 * `npm test` and, with `--unit`, `npm run test:unit`: the suites that need nothing but Node. Files named
 * `*.live.test.ts` start mail servers or a browser. Other arguments select files whose path contains one of them.
 * `--record` stores each file's duration, which orders the next runs.
 */
if (isUnit) {
  process.env['RELAIS_TEST_ENGINES'] = 'sqlite';
} else {
  installPackages();
}
keepFilesInMemory();

/** Loading the program takes a process seconds before its first file. */
const worthAProcessSeconds = 15;

const groups = inGroups(testFiles(), readDurations());
const seconds = groups.reduce((sum, group) => sum + group.seconds, 0);
const outcomes: Outcome[] = [];
// Two more than there are cores, since tests also wait for servers, processes and pauses.
const processes = Math.min(availableParallelism() + 2, Math.ceil(seconds / worthAProcessSeconds));
await runGroups(groups, processes, (output, outcome) => {
  process.stdout.write(output);
  outcomes.push(outcome);
});
if (isRecording) {
  recordDurations(outcomes);
}
const { lines, hasPassed } = summaryOf(outcomes);
lines.forEach(say);
process.exit(hasPassed ? 0 : 1);
