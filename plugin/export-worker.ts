import { lists } from './lists.js';
import { runJob } from './exports/run-job.js';

// A thread cannot be handed the functions of a list.
await runJob(lists);
