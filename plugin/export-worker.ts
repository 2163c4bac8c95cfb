import { runJobs } from './exports/run-jobs.js';
import { listsOf, registeredWith } from './features.js';

// Functions of a list cannot be passed to a thread.
await runJobs(async ({ panelModule }) => await listsOf(await registeredWith(panelModule)));
