import type { FieldError } from '../../errors.js';
import type { SmtpServer, SmtpServerFields } from './smtp-server.js';

/** The installation's rules for a server's fields. */
export interface ServerRules {
  /** The allowed ports. */
  readonly ports: readonly string[];
  /** Whether the selected services still exist: an administrator may have removed one. */
  readonly hasServices: boolean;
  /** Whether the host is in an internal network. */
  readonly isInternal: boolean;
}

/** Why a server cannot have these fields. A value that was stored before does not prevent other changes. */
export function fieldRefusals(
  fields: SmtpServerFields,
  rules: ServerRules,
  before?: SmtpServer,
): Readonly<Record<string, FieldError | undefined>> {
  const { ports, isInternal } = rules;
  const isPortRefused = fields.port !== before?.port && !ports.includes(String(fields.port));
  return {
    host:
      isInternal && fields.host !== before?.host
        ? { key: 'smtp-servers.errors.internal' }
        : undefined,
    port: isPortRefused
      ? { key: 'smtp-servers.errors.port', args: { ports: ports.join(', ') } }
      : undefined,
    services: servicesRefusal(fields, rules),
  };
}

function servicesRefusal(
  { usage, services }: SmtpServerFields,
  { hasServices }: ServerRules,
): FieldError | undefined {
  if (usage === 'custom' && services.length === 0) {
    return { key: 'smtp-servers.errors.no-service' };
  }
  return hasServices ? undefined : { key: 'smtp-servers.errors.service-gone' };
}
