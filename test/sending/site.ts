import { parseHost } from '../../plugin/connecting/endpoint.js';
import type { OutgoingPolicy } from '../../plugin/sending/outgoing-policy.js';
import type { SmtpEndpoint } from '../../plugin/sending/smtp-endpoint.js';
import { tryConnection } from '../../plugin/sending/try-connection.js';
import {
  openSite as openConnectingSite,
  type Site as ConnectingSite,
  type SuiteSite as ConnectingSuiteSite,
  useSite as useConnectingSite,
} from '../connecting/site.js';

interface Sending {
  policy(port: number, more?: Partial<OutgoingPolicy>): OutgoingPolicy;
}

export type Site = Omit<ConnectingSite, 'policy'> & Sending;

/** A site that its suite opens and closes; each test stops its own servers. */
export interface SuiteSite extends Omit<ConnectingSuiteSite, 'policy'>, Sending {
  /** The outcome of testing the connection to a port. */
  outcomeAt(port: number, more?: Partial<SmtpEndpoint>): Promise<string>;
}

/** Called in a `describe`, for all of its tests. */
export function useSite(): SuiteSite {
  const site = useConnectingSite();
  const policy = policyOf(site);
  return Object.create(site, {
    policy: { value: policy },
    outcomeAt: {
      value: async (port: number, more?: Partial<SmtpEndpoint>) =>
        (await tryConnection(endpointAt(port, more), policy(port))).outcome,
    },
  }) as SuiteSite;
}

export async function openSite(): Promise<Site> {
  const site = await openConnectingSite();
  return { ...site, policy: policyOf(site) };
}

function policyOf(site: Pick<ConnectingSite, 'policy'>): Sending['policy'] {
  return (port, more) => ({
    ...site.policy(),
    allowedPorts: [port],
    allowPlainLogin: false,
    ...more,
  });
}

/** With STARTTLS and the right password by default. */
export function endpointAt(port: number, more: Partial<SmtpEndpoint> = {}): SmtpEndpoint {
  return {
    host: parseHost('mx.test'),
    port,
    security: 'starttls',
    authentication: { kind: 'password', user: 'user', password: 'secret' },
    ...more,
  };
}
