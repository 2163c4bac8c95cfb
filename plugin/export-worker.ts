import { runJobs } from './exports/run-jobs.js';
import { listsOf, registrations } from './features.js';
import { standaloneRegistrations } from './panel/standalone/registrations.js';

// Functions of a list cannot be passed to a thread.
await runJobs(await listsOf([...registrations, ...standaloneRegistrations]));
