import type { Knex } from 'knex';
import type { Noted, TouchedDomains } from '../changes/changes.js';

/** The database user that Postfix and Dovecot read as. */
export interface Reader {
  readonly user: string;
  readonly password: string;
  /** The host that the mail servers connect from, in MariaDB's notation: `localhost`, `10.0.0.%`. */
  readonly host: string;
}

/** The mail servers' look-up tables, kept in step with the panel's database. */
export interface MailMaps {
  /** How often to check for changes of other processes, including killed ones. */
  readonly followEveryMs: number;
  /**
   * Records that a transaction changes what is looked up about these domains, as its last step. A domain changes with
   * its mailboxes and aliases, and with its owner's e-mail address.
   *
   * @returns its part of what is recorded, where changes are copied.
   */
  note(tx: Knex.Transaction, touched: TouchedDomains): Promise<Noted | undefined>;
  /**
   * Publishes to the mail servers what committed transactions have recorded; cheap when there is nothing. With a part,
   * that is enough: it does not wait for earlier changes that another process is publishing, such as a large job's.
   */
  copyChanges(noted?: Noted): Promise<void>;
  /** Publishes what other processes, including killed ones, have committed and do not publish themselves. */
  followChanges(): Promise<void>;
  /** Rebuilds the whole content while mail flows. */
  rebuild(): Promise<void>;
  /**
   * When the mail servers' file was last recreated because it was gone, in ms since 1970: they may still read the old
   * one.
   */
  readonly madeAnewAt: number | undefined;
  /** Creates or updates the database user of the mail servers, where they read the panel's database itself. */
  readonly grantReader?: (reader: Reader) => Promise<void>;
  close(): Promise<void>;
}
