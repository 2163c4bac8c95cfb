/** Where Postfix and Dovecot read the maps. */
export type MapSource = SqliteSource | MariadbSource;

export interface SqliteSource {
  readonly engine: 'sqlite';
  readonly file: string;
}

export interface MariadbSource {
  readonly engine: 'mariadb';
  /** A Unix socket, or a host and a port. */
  readonly server: { readonly socket: string } | { readonly host: string; readonly port: number };
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

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

export const standardStorage: MailServerOptions['storage'] = {
  folder: '/var/vmail',
  uid: 5000,
  gid: 5000,
};

/** What Debian's package ca-certificates keeps. */
export const standardCaFile = '/etc/ssl/certs/ca-certificates.crt';
