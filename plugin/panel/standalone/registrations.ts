import type { Registration } from '../../feature.js';
import { accounts } from './accounts/registration.js';
import { domains } from './domains/registration.js';
import { plans } from './plans/registration.js';
import { signIn } from './sign-in-registration.js';

/** Registrations of the standalone panel. */
export const standaloneRegistrations: readonly Registration[] = [accounts, plans, domains, signIn];
