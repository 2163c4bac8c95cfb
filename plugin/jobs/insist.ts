import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../web/log.js';
import { ClaimLostError } from './lease.js';

const againAfterMs = 500;

/** Retries a database write until it succeeds, or its claim is lost. */
export type Insist = (work: () => Promise<void>) => Promise<void>;

export function insisting(log: Logger): Insist {
  return async (work) => {
    for (;;) {
      try {
        await work();
        return;
      } catch (error) {
        if (error instanceof ClaimLostError) {
          throw error;
        }
        log.error({ err: error }, 'could not store; trying again');
      }
      await sleep(againAfterMs);
    }
  };
}
