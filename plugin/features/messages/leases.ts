import { Leases } from '../../jobs/lease.js';

/** States of messages that are being sent. */
export const statesUnderWay = ['sending', 'handing-over'] as const;

export function messageLeases(now: () => number): Leases {
  return new Leases('messages', statesUnderWay, now);
}
