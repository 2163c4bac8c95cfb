import type { Registration } from '../../feature.js';

/** Neither a link nor an idle session lasts longer. */
const dayMs = 24 * 60 * 60 * 1000;

export const signIn: Registration = {
  id: 'sign-in',
  audit: { 'sign-in': {} },
  expires: [
    { table: 'sessions', column: 'expires_at', aheadMs: dayMs },
    { table: 'sign_in_links', column: 'expires_at', aheadMs: dayMs },
  ],
};
