import type { Permission } from '../manifest.js';
import { permissionsOf } from './permissions.js';
import type { Viewer } from './viewer.js';

/** The operator at the server's command line, who may do everything. */
export function operator(declared: readonly Permission[]): Viewer {
  return {
    accountId: 0,
    role: 'administrator',
    login: 'cli',
    name: 'cli',
    locale: undefined,
    theme: 'auto',
    scope: { kind: 'all' },
    permissions: permissionsOf('administrator', declared, undefined),
    mailboxId: undefined,
    actorId: undefined,
    actor: 'cli',
    actingAs: undefined,
    origin: 'cli',
  };
}
