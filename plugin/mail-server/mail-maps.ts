/** What the mail servers look up, kept in step with the panel's database. */
export interface MailMaps {
  /**
   * Whether a transaction that changes a domain must write the domain's id down in `mail_map_changes`. A domain
   * changes with its mailboxes and aliases, and with its owner's e-mail address.
   */
  readonly needsCopy: boolean;
  /** Brings over what committed transactions have written down; cheap when there is nothing. */
  copyChanges(): Promise<void>;
  /** Makes the whole content anew; mail flows meanwhile. */
  rebuild(): Promise<void>;
  /** When the mail servers' file was last made anew because it was gone, in ms since 1970: they may still read the old one. */
  readonly madeAnewAt: number | undefined;
  close(): Promise<void>;
}
