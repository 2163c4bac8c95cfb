import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { epochFolderOf, mailFileOf } from '../app.js';
import { type Config, prepareDataFolder } from '../config.js';
import { connectionFrom } from '../database/database.js';
import { StartError } from '../errors.js';
import { Epoch } from '../mail-server/epoch.js';
import {
  type MailServerOptions,
  type MapSource,
  standardCaFile,
  standardFolders,
  standardPorts,
} from '../mail-server/options.js';
import { renderConfiguration } from '../mail-server/render.js';
import { writeConfiguration } from '../mail-server/write-configuration.js';
import { configOf } from './options.js';
import { tellPorts } from './tell-ports.js';

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

export function addRenderCommand(program: Command): void {
  const ports = standardPorts;
  program
    .command('render')
    .description('write the configuration of Postfix and Dovecot for one mail host')
    .requiredOption('--target <folder>', 'where the files go: <folder>/postfix, <folder>/dovecot')
    .requiredOption('--hostname <name>', 'what the host is called in its greeting')
    .requiredOption('--postmaster <address>', "who reads mail to the host's own postmaster")
    .option('--listen <addresses>', 'IP addresses, separated by commas; all of them otherwise')
    .option('--mail <folder>', 'where mailboxes are stored', '/var/vmail')
    .option('--uid <number>', 'whose the stored mail is', '5000')
    .option('--gid <number>', 'whose the stored mail is', '5000')
    .option('--instance <folder>', 'queue, sockets, state, mail and logs below this folder')
    .option('--tls-cert <file>', 'certificate chain; submission and logins then require TLS')
    .option('--tls-key <file>', 'its key')
    .option(
      '--process-per-connection',
      'for a host on MariaDB where `relais lookups` does not run: changes count all the same, and mail costs twice as much',
    )
    .option(
      '--relay-ca <file>',
      "who vouches for the certificates of domains' relays (all that RELAIS_SMTP_CA has, too)",
      standardCaFile,
    )
    .option(
      '--reader <user>',
      'MariaDB user that reads the views (relais maps reader)',
      'relais_mail',
    )
    .option('--reader-password-file <file>', 'its password')
    .option('--smtp-port <number>', 'SMTP', String(ports.smtp))
    .option('--submission-port <number>', 'submission', String(ports.submission))
    .option('--submissions-port <number>', 'submission with TLS from the start')
    .option('--imap-port <number>', 'IMAP', String(ports.imap))
    .option('--imaps-port <number>', 'IMAP with TLS from the start')
    .option('--pop3-port <number>', 'POP3', String(ports.pop3))
    .option('--pop3s-port <number>', 'POP3 with TLS from the start')
    .addHelpText('after', example)
    .action(async (options: RenderOptions, command: Command) => {
      const config = configOf(command);
      const wanted = optionsFrom(options, config);
      if (wanted.epochFolder !== undefined) {
        prepareDataFolder(config.dataFolder);
      }
      render(wanted);
      await tellPorts(wanted.ports, command);
    });
}

function render(wanted: MailServerOptions): void {
  const files = renderConfiguration(wanted);
  // The mail servers run as users of their own, who must be able to read what is not confidential.
  const umask = process.umask(0o022);
  writeConfiguration(wanted.target, files);
  if (wanted.epochFolder !== undefined) {
    // Processes of Postfix that start before this is there do not watch it.
    new Epoch(wanted.epochFolder).renew();
  }
  for (const path of files.keys()) {
    process.stdout.write(`${join(wanted.target, path)}\n`);
  }
  process.umask(umask);
}

/** @throws {StartError} when TLS is asked for by halves: mail servers that then speak without it would be worse. */
function refuseHalfTls({ tlsCert, tlsKey, ...options }: RenderOptions): void {
  const needsTls = options.submissionsPort ?? options.imapsPort ?? options.pop3sPort;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new StartError('--tls-cert and --tls-key are needed together.');
  }
  if (needsTls !== undefined && tlsCert === undefined) {
    throw new StartError('Ports with TLS from the start need --tls-cert and --tls-key.');
  }
}

function optionsFrom(options: RenderOptions, config: Config): MailServerOptions {
  refuseHalfTls(options);
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
      uid: Number(options.uid),
      gid: Number(options.gid),
    },
    folders: instance === undefined ? standardFolders : foldersIn(instance),
    relays: { lookups: config.lookups, caFile: resolve(options.relayCa) },
    ...(instance !== undefined && {
      logs: { postfix: join(instance, 'postfix.log'), dovecot: join(instance, 'dovecot.log') },
    }),
    ...(tlsCert !== undefined &&
      tlsKey !== undefined && { tls: { certificate: resolve(tlsCert), key: resolve(tlsKey) } }),
  };
}

function portsFrom(options: RenderOptions): MailServerOptions['ports'] {
  const { submissionsPort, imapsPort, pop3sPort } = options;
  return {
    smtp: Number(options.smtpPort),
    submission: Number(options.submissionPort),
    imap: Number(options.imapPort),
    pop3: Number(options.pop3Port),
    ...(submissionsPort !== undefined && { submissions: Number(submissionsPort) }),
    ...(imapsPort !== undefined && { imaps: Number(imapsPort) }),
    ...(pop3sPort !== undefined && { pop3s: Number(pop3sPort) }),
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

function mapsFrom(options: RenderOptions, config: Config): MapSource {
  if (config.database.engine === 'sqlite') {
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
