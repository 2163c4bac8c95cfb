import type { ServerAddress } from '../support/mariadb.js';

/** What a process that runs tests asks the runner for. */
export type FromWorker = 'files' | 'mariadb';

export type ToWorker = { readonly run: readonly string[] } | { readonly mariadb: ServerAddress };
