import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineName } from '../../../plugin/database/engine.js';
import type { SmtpServer } from '../../../plugin/features/smtp-servers/index.js';
import {
  type RelayLookups,
  startRelayLookups,
} from '../../../plugin/features/domain-mail/relay-lookups.js';
import { createIssuer } from '../../connecting/certificates.js';
import type { TestApp } from '../app.js';
import { type ServerFields, addConfirmedServer } from '../confirmed-server.js';
import { removeFolder, temporaryFolder } from '../processes.js';
import { type Installation, type InstallationOptions, startInstallation } from './installation.js';
import { type Smarthost, startSmarthost } from './smarthost.js';

/** An installation whose domains can have relays, and foreign servers that can be relays. */
export interface RelayScene {
  readonly mail: Installation;
  readonly smarthosts: Smarthosts;
  readonly lookups: { start(): Promise<void>; stop(): Promise<void> };
  /** Adds a domain with the mailbox `box`, and a relay: one of the smarthosts, with a user of its own. */
  domainThrough(name: keyof Smarthosts, fields?: ServerFields): Promise<RelayedDomain>;
  close(): Promise<void>;
}

export interface RelayedDomain {
  readonly domain: string;
  /** The mailbox. */
  readonly from: string;
  readonly user: string;
  readonly password: string;
  readonly serverId: number;
}

interface Smarthosts {
  readonly starttls: Smarthost;
  readonly tls: Smarthost;
  readonly plain: Smarthost;
  /** Has another server's certificate. */
  readonly wrongName: Smarthost;
  readonly unknownIssuer: Smarthost;
}

export async function startRelayScene(
  engine: EngineName,
  options: InstallationOptions = {},
): Promise<RelayScene> {
  const folder = temporaryFolder('relays');
  const caFile = join(folder, 'ca.pem');
  const { smarthosts, ca } = await startSmarthosts();
  writeFileSync(caFile, ca, { mode: 0o644 });
  const mailServers = Object.fromEntries(
    Object.entries(smarthosts).map(([name, { address }]) => [domainOf(name), address]),
  );
  const mail = await startInstallation(engine, { caFile, mailServers, ...options });
  await allow(mail.app, smarthosts);
  const lookups = lookupsOf(mail);
  await lookups.start();
  let count = 0;

  return {
    mail,
    smarthosts,
    lookups,
    async domainThrough(name, fields = {}) {
      count += 1;
      const [user, password] = [`user${count}`, `pass word:${count}`];
      const domain = await mail.domain();
      const smarthost: Smarthost = smarthosts[name];
      smarthost.users.set(user, password);
      const server = { host: `mx.${domainOf(name)}`, port: smarthost.port, user, password };
      const serverId = await addConfirmedServer(mail.app, domain, {
        security: securities[name],
        ...server,
        ...fields,
      });
      await mail.panel.setRelay(domain, serverId);
      return { domain, from: `box@${domain}`, user, password, serverId };
    },
    async close() {
      await lookups.stop();
      await mail.close();
      await Promise.all(Object.values(smarthosts).map((each: Smarthost) => each.stop()));
      removeFolder(folder);
    },
  };
}

/** Allows the smarthosts' hosts and ports, and logins without TLS. */
async function allow({ features, operator }: TestApp, smarthosts: Smarthosts): Promise<void> {
  await features.settings.change(operator, {
    ...(await features.settings.read()),
    'smtp-allowed-hosts': Object.keys(smarthosts).map((name) => `mx.${domainOf(name)}`),
    'smtp-ports': Object.values(smarthosts).map(({ port }: Smarthost) => String(port)),
    'smtp-plain-login': true,
  });
}

const securities = {
  starttls: 'starttls',
  tls: 'tls',
  plain: 'none',
  wrongName: 'starttls',
  unknownIssuer: 'starttls',
} as const satisfies Record<keyof Smarthosts, SmtpServer['security']>;

function domainOf(smarthost: string): string {
  return `${smarthost.toLowerCase()}.test`;
}

async function startSmarthosts(): Promise<{ smarthosts: Smarthosts; ca: string }> {
  const [known, unknown] = [createIssuer(), createIssuer()];
  const start = async (
    name: keyof Smarthosts,
    { issuer = known, certified = name } = {},
  ): Promise<Smarthost> =>
    await startSmarthost({
      security: securities[name],
      mechanisms: ['PLAIN', 'LOGIN', 'CRAM-MD5'],
      certificate: issuer.issue(`DNS:mx.${domainOf(certified)}`),
    });
  const smarthosts = {
    starttls: await start('starttls'),
    tls: await start('tls'),
    plain: await start('plain'),
    wrongName: await start('wrongName', { certified: 'starttls' }),
    unknownIssuer: await start('unknownIssuer', { issuer: unknown }),
  };
  known.remove();
  unknown.remove();
  return { smarthosts, ca: known.ca };
}

function lookupsOf({ app, nameServer }: Installation): RelayScene['lookups'] {
  let running: RelayLookups | undefined;
  return {
    async start() {
      running ??= await startRelayLookups({
        ...app,
        config: { ...app.config, resolvers: [nameServer] },
      });
    },
    async stop() {
      const stopping = running;
      running = undefined;
      await stopping?.close();
    },
  };
}
