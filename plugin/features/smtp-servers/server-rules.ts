import { type Refused, refusedAt } from '../../changes/decision.js';
import type { SmtpServer, SmtpServerFields } from './smtp-server.js';

/** What the installation says about a server's fields. */
export interface ServerRules {
  /** The ports that servers may have. */
  readonly ports: readonly string[];
  /** Whether the services that are chosen are still there: an administrator may have removed one. */
  readonly hasServices: boolean;
}

/** What was there before is no reason to refuse another change. */
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
