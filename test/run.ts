import { availableParallelism } from 'node:os';
import { readDurations, recordDurations } from './runner/durations.js';
import { inGroups } from './runner/groups.js';
import { installPackages } from './runner/install-packages.js';
import { isRecording, isUnit, testFiles } from './runner/options.js';
import type { Outcome } from './runner/outcome.js';
import { runGroups } from './runner/pool.js';
import { say, summaryOf } from './runner/report.js';

/**
 * `npm test` and, with `--unit`, `npm run test:unit`: what needs nothing but Node. Files named `*.live.test.ts` start
 * mail servers or a browser. Other arguments narrow the run to files whose path has one of them. `--record` writes down
 * how long each file took, which is the order of the next runs.
 */
if (isUnit) {
  process.env['RELAIS_TEST_ENGINES'] = 'sqlite';
} else {
  installPackages();
}

/** A process loads the program for seconds before it runs its first file. */
const worthAProcessSeconds = 15;

const groups = inGroups(testFiles(), readDurations());
const seconds = groups.reduce((sum, group) => sum + group.seconds, 0);
const outcomes: Outcome[] = [];
// One more than there are cores: tests wait for servers, too.
const processes = Math.min(availableParallelism() + 1, Math.ceil(seconds / worthAProcessSeconds));
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
