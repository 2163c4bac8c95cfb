import { parentPort, workerData } from 'node:worker_threads';
import { openInstallation } from './app.js';
import type { Installation } from './feature.js';
import { createFeatures } from './features.js';
import { panelBehind } from './panel/viewer-questions.js';

if (parentPort === null) {
  throw new Error('This module runs in a thread.');
}
const { config, panelModule }: Pick<Installation, 'config' | 'panelModule'> = workerData;
// The dependencies of job kinds cannot be passed to a thread; the panel can be asked.
const installation = await openInstallation(config, panelModule);
const panel = panelBehind(parentPort);
const { jobWorker } = await createFeatures({ ...installation, panel });
parentPort.once('message', () => jobWorker.stop());
parentPort.unref();
try {
  await jobWorker.drain();
} finally {
  await installation.close();
}
