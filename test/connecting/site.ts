import type { ConnectionPolicy } from '../../plugin/connecting/connection-policy.js';
import { type Certificate, createIssuer, type Issuer } from './certificates.js';
import { startNames } from './names.js';

interface Stoppable {
  stop(): unknown;
}

/** A network where a test's servers are known as `mx.test` and have a certificate for that name. */
export interface Site {
  readonly issuer: Issuer;
  readonly certificate: Certificate;
  /** Stops what it starts at the end of the test. */
  start<T extends Stoppable>(starting: Promise<T>): Promise<T>;
  stopServers(): Promise<void>;
  policy(more?: Partial<ConnectionPolicy>): ConnectionPolicy;
  close(): Promise<void>;
}

/** A site that its suite opens and closes; each test stops its own servers. */
export type SuiteSite = Pick<Site, 'issuer' | 'certificate' | 'start' | 'policy'>;

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
    policy: (more) => site.policy(more),
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
    policy: (more) => ({
      allowedHosts: new Set([...Object.keys(known), '127.0.0.1']),
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
