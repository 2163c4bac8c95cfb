import { setTimeout as sleep } from 'node:timers/promises';
import { isContention } from './failures.js';

const retryForMs = 5000;
const shortestPauseMs = 10;
/** A large job leaves gaps of some hundred milliseconds. */
const longestPauseMs = 100;

/** Retries work that another transaction interrupted, for up to five seconds. */
export async function retrying<T>(run: () => Promise<T>): Promise<T> {
  const end = Date.now() + retryForMs;
  for (let pauseMs = shortestPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    try {
      return await run();
    } catch (error) {
      if (!isContention(error) || Date.now() > end) {
        throw error;
      }
    }
    await sleep(pauseMs * (0.5 + Math.random()));
  }
}
