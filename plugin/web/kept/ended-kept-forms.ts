import type { Expiry } from '../../database/expiry.js';
import { keptMs } from './kept-forms.js';

export const endedKeptForms: Expiry = {
  table: 'kept_forms',
  column: 'expires_at',
  aheadMs: keptMs,
};
