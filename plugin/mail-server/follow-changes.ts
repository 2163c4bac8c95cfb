import { setTimeout as sleep } from 'node:timers/promises';
import type { Changes } from '../changes/changes.js';

export interface FollowedChanges {
  stop(): Promise<void>;
}

const afterFailureMs = 1000;

/**
 * Publishes to this host's mail servers what other processes and hosts have changed, and what a killed process had
 * committed.
 */
export function followChanges(
  changes: Pick<Changes, 'follow' | 'isPublished'>,
  everyMs: number,
): FollowedChanges {
  const stopping = new AbortController();
  const { signal } = stopping;
  const follow = async (): Promise<void> => {
    while (!signal.aborted) {
      await changes.follow();
      const pauseMs = changes.isPublished ? everyMs : Math.max(everyMs, afterFailureMs);
      await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  };
  const ended = follow();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
