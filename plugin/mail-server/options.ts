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

/** Ports; a mail server listens on each one given. */
export interface MailPorts {
  readonly smtp: number;
  readonly submission: number;
  /** Submission with implicit TLS (RFC 8314 §3.3). */
  readonly submissions?: number;
  readonly imap: number;
  readonly imaps?: number;
  readonly pop3: number;
  readonly pop3s?: number;
}

/** One mail host: Postfix and Dovecot on one machine. Paths are absolute. */
export interface MailServerOptions {
  /** The folder that the configuration is for, the same as for `writeConfiguration`. */
  readonly target: string;
  /** The host's name in greetings and in its MX record. */
  readonly hostName: string;
  /** The recipient of mail to this host's own postmaster (RFC 5321 §4.5.1). */
  readonly postmaster: string;
  readonly maps: MapSource;
  /**
   * The folder of this host's epoch, which must be renewed: on SQLite by the process that changes something, on MariaDB
   * by `relais lookups` or the panel. Without it a Postfix process serves a single connection.
   */
  readonly epochFolder?: string;
  /** IP addresses to listen on; all of the machine's when empty. */
  readonly addresses: readonly string[];
  readonly ports: MailPorts;
  /** Where mail is stored, and the owner of the files. */
  readonly storage: { readonly folder: string; readonly uid: number; readonly gid: number };
  /** Postfix's queue and data, Dovecot's sockets and state. */
  readonly folders: {
    readonly queue: string;
    readonly postfixData: string;
    readonly dovecotRun: string;
    readonly dovecotState: string;
  };
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** For mail sent through a domain's relay. */
  readonly relays: {
    /** The Unix socket of our look-up server. */
    readonly lookups: string;
    /** CAs for the relays' certificates, in PEM. */
    readonly caFile: string;
  };
  /** The system's log if left out. */
  readonly logs?: { readonly postfix: string; readonly dovecot: string };
}

/** What the panel shows of a host whose configuration was written. */
export type RenderedHost = Pick<MailServerOptions, 'hostName' | 'ports' | 'tls'>;

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

/** The CA file of Debian's package ca-certificates. */
export const standardCaFile = '/etc/ssl/certs/ca-certificates.crt';
