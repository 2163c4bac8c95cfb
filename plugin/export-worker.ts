import { runJob } from './exports/run-job.js';
import { listsOf, registrations } from './features.js';
import { standaloneRegistrations } from './panel/standalone/registrations.js';

// Functions of a list cannot be passed to a thread.
await runJob(await listsOf([...registrations, ...standaloneRegistrations]));
