import { parentPort, workerData } from 'node:worker_threads';
import { openApp } from './app.js';
import type { Config } from './config.js';

const config: Config = workerData;
// The dependencies of job kinds cannot be passed to a thread.
const app = await openApp(config);
parentPort?.once('message', () => app.features.jobWorker.stop());
parentPort?.unref();
try {
  await app.features.jobWorker.drain();
} finally {
  await app.close();
}
