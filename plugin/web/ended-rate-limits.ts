import type { Expiry } from '../database/expiry.js';

/** No window is longer than a day. */
const dayMs = 24 * 60 * 60 * 1000;

export const endedRateLimits: Expiry = {
  table: 'rate_limits',
  column: 'resets_at',
  aheadMs: dayMs,
};
