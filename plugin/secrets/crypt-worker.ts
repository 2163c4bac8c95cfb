import { parentPort, workerData } from 'node:worker_threads';
import { verify } from 'unixcrypt';
import { tell } from '../runtime/threads.js';

if (parentPort === null) {
  throw new Error('This module runs in a thread.');
}
/** Checks one password: thousands of rounds without a pause would hold up the process's pages. */
const { password, hash }: { readonly password: string; readonly hash: string } = workerData;
tell(parentPort, verify(password, hash));
