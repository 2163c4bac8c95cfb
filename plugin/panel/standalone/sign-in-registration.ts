import type { Registration } from '../../feature.js';
import { lifetimeMs } from './link-lifetime.js';

/** No idle session lasts longer. */
const dayMs = 24 * 60 * 60 * 1000;

export const signIn: Registration = {
  id: 'sign-in',
  audit: { 'sign-in': {} },
  mails: async () => [(await import('./access/mails.js')).newPasswordMail],
  expires: [
    { table: 'sessions', column: 'expires_at', aheadMs: dayMs },
    { table: 'sign_in_links', column: 'expires_at', aheadMs: lifetimeMs.invitation },
  ],
};
