import type { Registration } from '../feature.js';

/** No window is longer than a day. */
const dayMs = 24 * 60 * 60 * 1000;

export const rateLimits: Registration = {
  id: 'rate-limits',
  expires: [{ table: 'rate_limits', column: 'resets_at', aheadMs: dayMs }],
};
