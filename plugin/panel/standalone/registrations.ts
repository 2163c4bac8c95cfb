import type { Registration } from '../../feature.js';
import { accounts } from './accounts/registration.js';
import { domains } from './domains/registration.js';
import { plans } from './plans/registration.js';
import { signIn } from './sign-in-registration.js';

/** What the standalone panel brings beside its routes. */
export const standaloneRegistrations: readonly Registration[] = [accounts, plans, domains, signIn];
