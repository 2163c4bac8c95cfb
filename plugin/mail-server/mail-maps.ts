import type { Knex } from 'knex';

/** The database user that Postfix and Dovecot read as. */
export interface Reader {
  readonly user: string;
  readonly password: string;
  /** Where the mail servers connect from, as MariaDB writes it: `localhost`, `10.0.0.%`. */
  readonly host: string;
}

/** What the mail servers look up, kept in step with the panel's database. */
export interface MailMaps {
  /** How soon to look for what another process has changed, or has left when it was cut off. */
  readonly followEveryMs: number;
  /**
   * Notes that a transaction changes what is looked up about these domains; the last thing that it does. A domain
   * changes with its mailboxes and aliases, and with its owner's e-mail address.
   */
  note(tx: Knex.Transaction, domainIds: readonly number[]): Promise<void>;
  /** Lets the mail servers see what committed transactions have noted; cheap when there is nothing. */
  copyChanges(): Promise<void>;
  /** Makes the whole content anew; mail flows meanwhile. */
  rebuild(): Promise<void>;
  /** When the mail servers' file was last made anew because it was gone, in ms since 1970: they may still read the old one. */
  readonly madeAnewAt: number | undefined;
  /**
   * Makes the database user that the mail servers read as, or brings it up to date, where they read the panel's
   * database itself.
   */
  readonly grantReader?: (reader: Reader) => Promise<void>;
  close(): Promise<void>;
}
