import { runJob } from './exports/run-job.js';
import { listsOf, registrations } from './features.js';
import { standaloneRegistrations } from './panel/standalone/registrations.js';

// A thread cannot be handed the functions of a list.
await runJob(await listsOf([...registrations, ...standaloneRegistrations]));
