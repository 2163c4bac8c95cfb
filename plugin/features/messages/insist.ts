import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../web/log.js';
import { ClaimLostError } from './claims.js';

const againAfterMs = 500;

/** Does something in the database until it succeeds, or the claim that it is about is lost. */
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
        log.error({ err: error }, 'not written down yet');
      }
      await sleep(againAfterMs);
    }
  };
}
