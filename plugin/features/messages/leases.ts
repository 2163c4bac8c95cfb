import { Leases } from '../../jobs/lease.js';

/** A message with one of them is being sent. */
export const statesUnderWay = ['sending', 'handing-over'] as const;

export function messageLeases(now: () => number): Leases {
  return new Leases('messages', statesUnderWay, now);
}
