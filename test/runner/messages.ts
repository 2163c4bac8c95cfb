import type { ServerAddress } from '../support/mariadb.js';

/** A request of a test process to the runner. */
export type FromWorker = 'files' | 'mariadb';

export type ToWorker = { readonly run: readonly string[] } | { readonly mariadb: ServerAddress };
