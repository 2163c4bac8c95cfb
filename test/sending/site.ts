import type { OutgoingPolicy } from '../../plugin/sending/outgoing-policy.js';
import { parseHost, type SmtpEndpoint } from '../../plugin/sending/smtp-endpoint.js';
import { type Certificate, createIssuer, type Issuer } from './certificates.js';
import { startNames } from './names.js';

interface Stoppable {
  stop(): unknown;
}

/** Where servers of a test are known as `mx.test` and have a certificate for that. */
export interface Site {
  readonly issuer: Issuer;
  readonly certificate: Certificate;
  /** Takes care that what starts is stopped. */
  start<T extends Stoppable>(starting: Promise<T>): Promise<T>;
  stopServers(): Promise<void>;
  policy(port: number, more?: Partial<OutgoingPolicy>): OutgoingPolicy;
  close(): Promise<void>;
}

export async function openSite(): Promise<Site> {
  const issuer = createIssuer();
  const known = {
    'mx.test': ['127.0.0.1'],
    'alias.test': ['127.0.0.1'],
    'two.test': ['127.0.0.1', '127.0.0.2'],
  };
  const names = await startNames(known);
  const running: Stoppable[] = [];
  return {
    issuer,
    certificate: issuer.issue('DNS:mx.test,IP:127.0.0.1'),
    async start(starting) {
      const started = await starting;
      running.push(started);
      return started;
    },
    async stopServers() {
      await Promise.all(running.splice(0).map((each) => each.stop()));
    },
    policy: (port, more) => ({
      allowedHosts: new Set([...Object.keys(known), '127.0.0.1']),
      allowedPorts: [port],
      allowPlainLogin: false,
      resolvers: [names.server],
      extraCa: issuer.ca,
      ...more,
    }),
    async close() {
      await names.stop();
      issuer.remove();
    },
  };
}

/** STARTTLS and the right password, unless it says otherwise. */
export function endpointAt(port: number, more: Partial<SmtpEndpoint> = {}): SmtpEndpoint {
  return {
    host: parseHost('mx.test'),
    port,
    security: 'starttls',
    authentication: { kind: 'password', user: 'user', password: 'secret' },
    ...more,
  };
}
