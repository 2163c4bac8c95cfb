import { normalize } from 'node:path';
import { AddressError, EmailAddress, HostName, IpAddress } from '../addresses/index.js';
import { StartError } from '../errors.js';

/** Where Postfix and Dovecot read the maps. */
export type MapSource =
  | { readonly engine: 'sqlite'; readonly file: string }
  | {
      readonly engine: 'mariadb';
      /** A Unix socket, or a host and a port. */
      readonly server:
        | { readonly socket: string }
        | { readonly host: string; readonly port: number };
      readonly database: string;
      readonly user: string;
      readonly password: string;
    };

/** Ports; a mail server listens on each that is given. */
export interface MailPorts {
  readonly smtp: number;
  readonly submission: number;
  /** Submission with TLS from the start (RFC 8314 §3.3). */
  readonly submissions?: number;
  readonly imap: number;
  readonly imaps?: number;
  readonly pop3: number;
  readonly pop3s?: number;
}

/** One mail host: Postfix and Dovecot on one machine. Paths are absolute. */
export interface MailServerOptions {
  /** The folder that the configuration is for; `writeConfiguration` takes the same. */
  readonly target: string;
  /** What this host is called in greetings and by its MX record. */
  readonly hostName: string;
  /** Who reads mail to this host's own postmaster (RFC 5321 §4.5.1). */
  readonly postmaster: string;
  readonly maps: MapSource;
  /**
   * The folder of this host's epoch, for which somebody cares: on SQLite whoever changes something, on MariaDB
   * `relais lookups` or the panel. Without it a process of Postfix serves a single connection.
   */
  readonly epochFolder?: string;
  /** IP addresses to listen on; all of the machine's when empty. */
  readonly addresses: readonly string[];
  readonly ports: MailPorts;
  /** Where mail is stored, and whose the files are. */
  readonly storage: { readonly folder: string; readonly uid: number; readonly gid: number };
  /** Postfix's queue and data, Dovecot's sockets and state. */
  readonly folders: {
    readonly queue: string;
    readonly postfixData: string;
    readonly dovecotRun: string;
    readonly dovecotState: string;
  };
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** For mail that leaves through a domain's relay. */
  readonly relays: {
    /** The Unix socket of our look-up server. */
    readonly lookups: string;
    /** Who vouches for the relays' certificates, in PEM. */
    readonly caFile: string;
  };
  /** The system's log when not given. */
  readonly logs?: { readonly postfix: string; readonly dovecot: string };
}

export const standardPorts: MailPorts = { smtp: 25, submission: 587, imap: 143, pop3: 110 };

export const standardFolders: MailServerOptions['folders'] = {
  queue: '/var/spool/postfix',
  postfixData: '/var/lib/postfix',
  dovecotRun: '/run/dovecot',
  dovecotState: '/var/lib/dovecot',
};

/** What Debian's package ca-certificates keeps. */
export const standardCaFile = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Takes each value as what it is, so that none can bring a line, a comment or another setting with it. Addresses
 * and names come back in their stored form.
 *
 * @throws {StartError} naming the option that is wrong.
 */
export function parseOptions(options: MailServerOptions): MailServerOptions {
  const { epochFolder, storage, tls, relays, logs } = options;
  return {
    target: path('target', options.target),
    hostName: named('hostName', () => HostName.parse(options.hostName).ascii),
    postmaster: named('postmaster', () => EmailAddress.parse(options.postmaster).toString()),
    maps: mapSource(options.maps),
    ...(epochFolder !== undefined && { epochFolder: path('epochFolder', epochFolder) }),
    addresses: options.addresses.map((each) =>
      named('addresses', () => IpAddress.parse(each).toString()),
    ),
    ports: portsOf(options.ports),
    storage: {
      folder: path('storage.folder', storage.folder),
      uid: integer('storage.uid', storage.uid, ids),
      gid: integer('storage.gid', storage.gid, ids),
    },
    folders: foldersOf(options.folders),
    relays: {
      lookups: path('relays.lookups', relays.lookups),
      caFile: path('relays.caFile', relays.caFile),
    },
    ...(tls && {
      tls: { certificate: path('tls.certificate', tls.certificate), key: path('tls.key', tls.key) },
    }),
    ...(logs && {
      logs: {
        postfix: path('logs.postfix', logs.postfix),
        dovecot: path('logs.dovecot', logs.dovecot),
      },
    }),
  };
}

function portsOf({ submissions, imaps, pop3s, ...ports }: MailPorts): MailPorts {
  return {
    smtp: port('smtp', ports.smtp),
    submission: port('submission', ports.submission),
    imap: port('imap', ports.imap),
    pop3: port('pop3', ports.pop3),
    ...(submissions !== undefined && { submissions: port('submissions', submissions) }),
    ...(imaps !== undefined && { imaps: port('imaps', imaps) }),
    ...(pop3s !== undefined && { pop3s: port('pop3s', pop3s) }),
  };
}

function port(name: keyof MailPorts, value: number): number {
  return integer(`ports.${name}`, value, [1, 65_535]);
}

function foldersOf(folders: MailServerOptions['folders']): MailServerOptions['folders'] {
  return {
    queue: path('folders.queue', folders.queue),
    postfixData: path('folders.postfixData', folders.postfixData),
    dovecotRun: path('folders.dovecotRun', folders.dovecotRun),
    dovecotState: path('folders.dovecotState', folders.dovecotState),
  };
}

/** Dovecot must not store mail as root. */
const ids = [1, 2 ** 32 - 2] as const;

function mapSource(maps: MapSource): MapSource {
  if (maps.engine === 'sqlite') {
    return { engine: 'sqlite', file: path('maps.file', maps.file) };
  }
  return {
    engine: 'mariadb',
    server: mapServer(maps.server),
    database: matching('maps.database', /^\w{1,64}$/, maps.database),
    user: matching('maps.user', /^\w{1,80}$/, maps.user),
    // What neither Postfix's nor Dovecot's configuration gives a meaning to.
    password: matching('maps.password', /^[\w.,:;!*+/=@^~-]{1,128}$/, maps.password),
  };
}

function mapServer(
  server: Extract<MapSource, { engine: 'mariadb' }>['server'],
): Extract<MapSource, { engine: 'mariadb' }>['server'] {
  if ('socket' in server) {
    return { socket: path('maps.server.socket', server.socket) };
  }
  return {
    host: matching('maps.server.host', /^[a-z\d][a-z\d.-]{0,252}$/i, server.host),
    port: integer('maps.server.port', server.port, [1, 65_535]),
  };
}

function path(name: string, value: string): string {
  const parsed = matching(name, /^\/[\w.+/-]+$/, value);
  if (parsed !== normalize(parsed) || parsed.endsWith('/')) {
    throw invalid(name);
  }
  return parsed;
}

function matching(name: string, pattern: RegExp, value: string): string {
  if (!pattern.test(value)) {
    throw invalid(name);
  }
  return value;
}

function integer(name: string, value: number, [least, most]: readonly [number, number]): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw invalid(name);
  }
  return value;
}

function named<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof AddressError ? invalid(name, error) : error;
  }
}

function invalid(name: string, cause?: unknown): StartError {
  return new StartError(`The mail server option ${name} is not valid.`, { cause });
}
