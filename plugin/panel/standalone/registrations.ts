import type { Registration } from '../../feature.js';
import { accounts } from './accounts/registration.js';
import { domains } from './domains/registration.js';
import { plans } from './plans/registration.js';
import { signIn } from './sign-in-registration.js';

/** What threads import to know the standalone panel's registrations. */
export const standaloneModule = import.meta.url;

/** Registrations of the standalone panel. */
export const registrations: readonly Registration[] = [accounts, plans, domains, signIn];
