import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { epochFolderOf, mailFileOf, panelSocketOf } from '../mail-server/data-files.js';
import { type Config, prepareDataFolder } from '../config.js';
import { connectionFrom } from '../database/mariadb.js';
import { StartError } from '../errors.js';
import type { Registration } from '../feature.js';
import { Epoch } from '../mail-server/epoch.js';
import { parseOptions } from '../mail-server/options-schema.js';
import {
  type MailPorts,
  type MailServerOptions,
  type MapSource,
  standardCaFile,
  standardPorts,
  standardStorage,
} from '../mail-server/options.js';
import { linkPanelSocket } from '../mail-server/panel-socket.js';
import { renderConfiguration } from '../mail-server/render.js';
import { writeConfiguration } from '../mail-server/write-configuration.js';
import { configOf } from './options.js';
import { nextSteps } from './rendered-next.js';
import { inOptions } from './terminal.js';

interface RenderOptions {
  readonly target: string;
  readonly hostname: string;
  readonly postmaster: string;
  readonly listen?: string;
  readonly mail: string;
  readonly uid: string;
  readonly gid: string;
  readonly instance?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly processPerConnection?: boolean;
  readonly relayCa: string;
  readonly reader: string;
  readonly readerPasswordFile?: string;
  readonly smtpPort: string;
  readonly submissionPort: string;
  readonly submissionsPort?: string;
  readonly imapPort: string;
  readonly imapsPort?: string;
  readonly pop3Port: string;
  readonly pop3sPort?: string;
}

const example = `
Example, a private instance in a folder of its own:
  relais render --target /srv/relais/etc --instance /srv/relais --hostname mx.example.com \\
    --postmaster admin@example.com --listen 127.0.0.1 --smtp-port 2525 --submission-port 2587`;

/** Command line options by the paths of mail host options. */
const optionOf: Readonly<Record<string, string>> = {
  target: '--target',
  hostName: '--hostname',
  postmaster: '--postmaster',
  addresses: '--listen',
  epochFolder: '--data',
  'maps.file': '--data',
  'maps.server.socket': '--database',
  'maps.server.host': '--database',
  'maps.server.port': '--database',
  'maps.database': '--database',
  'maps.user': '--reader',
  'maps.password': '--reader-password-file',
  'ports.smtp': '--smtp-port',
  'ports.submission': '--submission-port',
  'ports.submissions': '--submissions-port',
  'ports.imap': '--imap-port',
  'ports.imaps': '--imaps-port',
  'ports.pop3': '--pop3-port',
  'ports.pop3s': '--pop3s-port',
  'storage.folder': '--mail',
  'storage.uid': '--uid',
  'storage.gid': '--gid',
  'folders.queue': '--instance',
  'tls.certificate': '--tls-cert',
  'tls.key': '--tls-key',
  'relays.lookups': 'RELAIS_LOOKUPS',
  'relays.caFile': '--relay-ca',
};

export function addTo(renderCommand: Command, all: readonly Registration[]): void {
  const storage = standardStorage;
  renderCommand
    .requiredOption('--target <folder>', 'folder for the files: <folder>/postfix, <folder>/dovecot')
    .requiredOption('--hostname <name>', "the host's name in its greeting")
    .requiredOption('--postmaster <address>', "address for mail to the host's own postmaster")
    .option('--listen <addresses>', 'IP addresses, separated by commas; all by default')
    .option('--mail <folder>', 'where mailboxes are stored', storage.folder)
    .option('--uid <number>', 'user ID that owns the stored mail', String(storage.uid))
    .option('--gid <number>', 'group ID that owns the stored mail', String(storage.gid))
    .option('--instance <folder>', 'folder for queue, sockets, state, mail and logs')
    .option('--tls-cert <file>', 'certificate chain; submission and sign-ins then require TLS')
    .option('--tls-key <file>', 'its key')
    .option(
      '--process-per-connection',
      'for a host on MariaDB without `relais lookups`: changes apply at once, and mail costs twice the processor time',
    )
    .option(
      '--relay-ca <file>',
      "CAs for the certificates of domains' relays (including those of RELAIS_SMTP_CA)",
      standardCaFile,
    )
    .option(
      '--reader <user>',
      'MariaDB user that reads the views (relais maps reader)',
      'relais_mail',
    )
    .option('--reader-password-file <file>', 'its password')
    .option('--smtp-port <number>', 'SMTP', String(standardPorts.smtp))
    .option('--submission-port <number>', 'submission', String(standardPorts.submission))
    .option('--submissions-port <number>', 'submission with implicit TLS')
    .option('--imap-port <number>', 'IMAP', String(standardPorts.imap))
    .option('--imaps-port <number>', 'IMAP with implicit TLS')
    .option('--pop3-port <number>', 'POP3', String(standardPorts.pop3))
    .option('--pop3s-port <number>', 'POP3 with implicit TLS')
    .addHelpText('after', example)
    .action((options: RenderOptions, command: Command) => run(options, configOf(command), all));
}

async function run(
  options: RenderOptions,
  config: Config,
  registered: readonly Registration[],
): Promise<void> {
  const wanted = await inOptions(optionOf, async () => parseOptions(optionsFrom(options, config)));
  prepareDataFolder(config.dataFolder);
  render(wanted);
  linkPanelSocket(panelSocketOf(config), wanted.folders.queue);
  for (const each of registered) {
    await each.hostRendered?.(wanted, config);
  }
  process.stderr.write(nextSteps(wanted));
}

function render(wanted: MailServerOptions): void {
  const files = renderConfiguration(wanted);
  // The mail servers run as their own users, who must be able to read all but confidential files.
  const umask = process.umask(0o022);
  writeConfiguration(wanted.target, files);
  if (wanted.epochFolder !== undefined) {
    // Postfix processes that start before the table exists do not watch it.
    new Epoch(wanted.epochFolder).renew();
  }
  for (const path of files.keys()) {
    process.stdout.write(`${join(wanted.target, path)}\n`);
  }
  process.umask(umask);
}

function optionsFrom(options: RenderOptions, config: Config): unknown {
  const instance = options.instance === undefined ? undefined : resolve(options.instance);
  const { tlsCert, tlsKey } = options;
  return {
    target: resolve(options.target),
    hostName: options.hostname,
    postmaster: options.postmaster,
    maps: mapsFrom(options, config),
    ...(options.processPerConnection !== true && { epochFolder: epochFolderOf(config) }),
    addresses: (options.listen ?? '').split(',').filter((each) => each !== ''),
    ports: portsFrom(options),
    storage: {
      folder: instance === undefined ? options.mail : join(instance, 'mail'),
      uid: options.uid,
      gid: options.gid,
    },
    ...(instance !== undefined && { folders: foldersIn(instance), logs: logsIn(instance) }),
    relays: { lookups: config.lookups, caFile: resolve(options.relayCa) },
    ...((tlsCert ?? tlsKey) !== undefined && {
      tls: { certificate: tlsCert && resolve(tlsCert), key: tlsKey && resolve(tlsKey) },
    }),
  };
}

function portsFrom(options: RenderOptions): Record<keyof MailPorts, string | undefined> {
  return {
    smtp: options.smtpPort,
    submission: options.submissionPort,
    submissions: options.submissionsPort,
    imap: options.imapPort,
    imaps: options.imapsPort,
    pop3: options.pop3Port,
    pop3s: options.pop3sPort,
  };
}

function foldersIn(instance: string): MailServerOptions['folders'] {
  return {
    queue: join(instance, 'queue'),
    postfixData: join(instance, 'postfix'),
    dovecotRun: join(instance, 'dovecot'),
    dovecotState: join(instance, 'dovecot-state'),
  };
}

function logsIn(instance: string): MailServerOptions['logs'] {
  return { postfix: join(instance, 'postfix.log'), dovecot: join(instance, 'dovecot.log') };
}

function mapsFrom(options: RenderOptions, config: Config): MapSource {
  if ('file' in config.database) {
    return { engine: 'sqlite', file: mailFileOf(config) };
  }
  const { host, port, database, socketPath } = connectionFrom(config.database.url);
  return {
    engine: 'mariadb',
    server: socketPath === undefined ? { host, port } : { socket: socketPath },
    database,
    user: options.reader,
    password: readerPassword(options.readerPasswordFile),
  };
}

/** @throws {StartError} */
export function readerPassword(file: string | undefined): string {
  if (file === undefined) {
    throw new StartError('On MariaDB, --reader-password-file is needed: see `relais maps reader`.');
  }
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new StartError(`The file ${file} cannot be read.`, { cause: error });
  }
}
