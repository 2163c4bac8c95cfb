import { type Refused, refusedAt } from '../../changes/decision.js';
import type { SmtpServer, SmtpServerFields } from './smtp-server.js';

/** The installation's rules for a server's fields. */
export interface ServerRules {
  /** The allowed ports. */
  readonly ports: readonly string[];
  /** Whether the selected services still exist: an administrator may have removed one. */
  readonly hasServices: boolean;
}

/** A value that was stored before does not prevent other changes. */
export function fieldsRefusal(
  fields: SmtpServerFields,
  { ports }: Pick<ServerRules, 'ports'>,
  before?: SmtpServer,
): Refused | undefined {
  const isRefused = fields.port !== before?.port && !ports.includes(String(fields.port));
  const isForNothing = fields.usage === 'custom' && fields.services.length === 0;
  return refusedAt({
    port: isRefused
      ? { key: 'smtp-servers.errors.port', args: { ports: ports.join(', ') } }
      : undefined,
    services: isForNothing && !isRefused ? { key: 'smtp-servers.errors.no-service' } : undefined,
  });
}

export function servicesRefusal({ hasServices }: ServerRules): Refused | undefined {
  return hasServices
    ? undefined
    : refusedAt({ services: { key: 'smtp-servers.errors.service-gone' } });
}
