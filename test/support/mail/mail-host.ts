import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type MailPorts,
  type MapSource,
  type MailServerOptions,
  standardCaFile,
  standardPorts,
} from '../../../plugin/mail-server/options.js';
import {
  type ConfigurationFiles,
  renderConfiguration,
} from '../../../plugin/mail-server/render.js';
import { writeConfiguration } from '../../../plugin/mail-server/write-configuration.js';
import { programPath, requireMailPackages } from '../packages.js';
import {
  isListening,
  removeFolder,
  type StartedProcess,
  startProcess,
  temporaryFolder,
  until,
} from '../processes.js';
import { GrowingLog } from './growing-log.js';
import { freeLoopbackAddress } from './loopback.js';
import type { Resolver } from './resolver.js';

/** Postfix and Dovecot as rendered, on the standard ports of a loopback address. */
export interface MailHost {
  readonly address: string;
  readonly ports: MailPorts;
  readonly hostName: string;
  readonly options: MailServerOptions;
  /** The log of both so far. */
  log(): string;
  /** Waits until a message and its delivery status notifications have left the queue. */
  settled(queueId: string): Promise<void>;
  /** Why a message is deferred, once it was tried. */
  deferred(queueId: string): Promise<string>;
  /** Tries to deliver deferred messages. */
  flush(): void;
  /** Deletes queued messages. */
  emptyQueue(): void;
  /** Reloads both, so that they read their configuration and reopen their maps. */
  reload(): void;
  stop(): Promise<void>;
}

export interface MailHostOptions {
  readonly maps: MapSource;
  readonly epochFolder?: string;
  readonly resolver: Resolver;
  readonly address?: string;
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** The look-up server's socket; none if left out. */
  readonly lookups?: string;
  readonly caFile?: string;
  /** Other configuration files; the rendered ones by default. */
  readonly rewrite?: (files: ConfigurationFiles) => ConfigurationFiles;
}

export async function startMailHost({
  maps,
  resolver,
  ...wanted
}: MailHostOptions): Promise<MailHost> {
  requireMailPackages();
  const folder = temporaryFolder('mail-host');
  const address = wanted.address ?? (await freeLoopbackAddress());
  const options: MailServerOptions = {
    target: join(folder, 'etc'),
    hostName: 'mx.relais.test',
    postmaster: 'postmaster@outside.test',
    maps,
    ...(wanted.epochFolder !== undefined && { epochFolder: wanted.epochFolder }),
    addresses: [address],
    ports: wanted.tls
      ? { ...standardPorts, submissions: 465, imaps: 993, pop3s: 995 }
      : standardPorts,
    storage: { folder: join(folder, 'mail'), uid: mailUser, gid: mailUser },
    folders: {
      queue: join(folder, 'queue'),
      postfixData: join(folder, 'postfix'),
      dovecotRun: join(folder, 'dovecot'),
      dovecotState: join(folder, 'dovecot-state'),
    },
    relays: {
      lookups: wanted.lookups ?? join(folder, 'lookups'),
      caFile: wanted.caFile ?? standardCaFile,
    },
    logs: { postfix: join(folder, 'postfix.log'), dovecot: join(folder, 'dovecot.log') },
    ...(wanted.tls && { tls: wanted.tls }),
  };
  const { rewrite = (files) => files } = wanted;
  writeConfiguration(options.target, rewrite(renderConfiguration(options)));
  makeFolders(options);
  // Before Dovecot, which creates sockets there.
  makeQueue(folder, options);

  const dovecot = await startDovecot(folder, options);
  const postfix = await startPostfix(folder, options, resolver);
  const written = logIn(folder);
  const log = (): string => written.read();
  return {
    address,
    ports: options.ports,
    hostName: options.hostName,
    options,
    log,
    settled: (queueId) => settled(queueId, log),
    deferred: (queueId) => deferred(queueId, log),
    flush() {
      execFileSync(programPath('postqueue'), ['-c', join(options.target, 'postfix'), '-f']);
    },
    emptyQueue() {
      const settings = join(options.target, 'postfix');
      execFileSync(programPath('postsuper'), ['-c', settings, '-d', 'ALL'], { stdio: 'ignore' });
    },
    reload() {
      const configuration = join(options.target, 'postfix');
      execFileSync(programPath('postfix'), ['-c', configuration, 'reload'], { stdio: 'pipe' });
      process.kill(dovecot.pid, 'SIGHUP');
    },
    async stop() {
      await Promise.all([postfix.stop(), dovecot.stop()]);
      removeFolder(folder);
    },
  };
}

/** Any user ID that can own files; it needs no entry in the user database. */
const mailUser = 5000;

function makeFolders({ storage, folders }: MailServerOptions): void {
  mkdirSync(storage.folder);
  chownSync(storage.folder, storage.uid, storage.gid);
  mkdirSync(folders.postfixData);
  chownSync(folders.postfixData, idOfPostfix(), 0);
  mkdirSync(folders.queue);
}

function idOfPostfix(): number {
  return Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' }));
}

async function startDovecot(
  folder: string,
  { target, ...options }: MailServerOptions,
): Promise<StartedProcess> {
  return await startProcess({
    name: 'Dovecot',
    command: programPath('dovecot'),
    args: ['-F', '-c', join(target, 'dovecot/dovecot.conf')],
    logFile: join(folder, 'dovecot.out'),
    isReady: async () =>
      existsSync(join(options.folders.queue, 'private/dovecot-auth')) &&
      (await isListening({ host: options.addresses[0] ?? '', port: options.ports.imap })),
  });
}

function makeQueue(folder: string, { target }: MailServerOptions): void {
  const configuration = join(target, 'postfix');
  try {
    // Creates the queue's folders.
    execFileSync(programPath('postfix'), ['-c', configuration, 'check'], { stdio: 'pipe' });
  } catch (error) {
    throw new Error(`Postfix refuses its configuration.\n${logIn(folder).read()}`, {
      cause: error,
    });
  }
}

/** Postfix only uses the system's resolver, so it gets its own /etc/resolv.conf. */
async function startPostfix(
  folder: string,
  options: MailServerOptions,
  resolver: Resolver,
): Promise<StartedProcess> {
  return await startProcess({
    name: 'Postfix',
    command: programPath('unshare'),
    args: [
      '--mount',
      'sh',
      '-c',
      'mount --bind "$1" /etc/resolv.conf && exec /usr/lib/postfix/sbin/master -c "$2" -d',
      'sh',
      resolver.resolvConf,
      join(options.target, 'postfix'),
    ],
    logFile: join(folder, 'postfix.out'),
    isReady: () => isListening({ host: options.addresses[0] ?? '', port: options.ports.smtp }),
  });
}

function logIn(folder: string): GrowingLog {
  const names = ['postfix.out', 'postfix.log', 'dovecot.out', 'dovecot.log'];
  return new GrowingLog(names.map((name) => join(folder, name)));
}

async function deferred(queueId: string, log: () => string): Promise<string> {
  const reason = (): string | undefined =>
    new RegExp(` ${queueId}: .* status=deferred \\((.*)\\)$`, 'm').exec(log())?.[1];
  await untilLogged(() => reason() !== undefined, log);
  return reason() ?? '';
}

async function settled(queueId: string, log: () => string): Promise<void> {
  const hasLeft = (id: string, text: string): boolean =>
    text.includes(` ${id}: removed`) &&
    [
      ...text.matchAll(
        new RegExp(` ${id}: sender (?:non-delivery|delivery).* notification: (\\w+)`, 'g'),
      ),
    ].every(([, notification]) => hasLeft(notification ?? '', text));
  await untilLogged(() => hasLeft(queueId, log()), log);
}

async function untilLogged(condition: () => boolean, log: () => string): Promise<void> {
  await until(condition).catch((cause: unknown) => {
    throw new Error(`The mail server does not get there.\n${log().slice(-3000)}`, { cause });
  });
}
