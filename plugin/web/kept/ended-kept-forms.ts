import type { Expiry } from '../../database/expiry.js';

export const keptMs = 60 * 60 * 1000;

export const endedKeptForms: Expiry = {
  table: 'kept_forms',
  column: 'expires_at',
  aheadMs: keptMs,
};
