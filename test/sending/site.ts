import type { OutgoingPolicy } from '../../plugin/connecting/outgoing-policy.js';
import { parseHost, type SmtpEndpoint } from '../../plugin/sending/smtp-endpoint.js';
import { tryConnection } from '../../plugin/sending/try-connection.js';
import { type Certificate, createIssuer, type Issuer } from '../connecting/certificates.js';
import { startNames } from '../connecting/names.js';

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

/** A site that its suite opens and closes; each test stops the servers that it starts. */
export interface SuiteSite extends Pick<Site, 'issuer' | 'certificate' | 'start' | 'policy'> {
  /** What comes of trying the connection to a port. */
  outcomeAt(port: number, more?: Partial<SmtpEndpoint>): Promise<string>;
}

/** Called in a `describe`, for all of its tests. */
export function useSite(): SuiteSite {
  let site: Site;
  before(async () => {
    site = await openSite();
  });
  afterEach(() => site.stopServers());
  after(() => site.close());
  return {
    get issuer() {
      return site.issuer;
    },
    get certificate() {
      return site.certificate;
    },
    start: (starting) => site.start(starting),
    policy: (port, more) => site.policy(port, more),
    outcomeAt: async (port, more) =>
      (await tryConnection(endpointAt(port, more), site.policy(port))).outcome,
  };
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
