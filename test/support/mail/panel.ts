/** What becomes of mail to a name that a domain does not have. */
export type Policy =
  | { readonly unknown: 'reject'; readonly text?: string }
  | { readonly unknown: 'bounce'; readonly text: string }
  | { readonly unknown: 'forward'; readonly to: string }
  | { readonly unknown: 'redirect'; readonly ip: string; readonly port: number };

export interface MailboxSettings {
  readonly password?: string;
  /** 0 is no limit. */
  readonly quotaMegabytes?: number;
  readonly imap?: boolean;
  readonly pop3?: boolean;
  readonly suspended?: boolean;
}

/** What the mail tests ask of the panel. Domains may be given in either form; addresses are as people write them. */
export interface MailPanel {
  /** Mail is on, and the policy is `reject`. Each domain has an owner of its own, with this e-mail address. */
  createDomain(name: string, ownerEmail?: string): Promise<void>;
  setPolicy(domain: string, policy: Policy): Promise<void>;
  setMailEnabled(domain: string, enabled: boolean): Promise<void>;
  /** Mail of the domain leaves through this SMTP server of its owner, or directly. */
  setRelay(domain: string, serverId: number | undefined): Promise<void>;
  setDomainSuspended(domain: string, suspended: boolean): Promise<void>;
  removeDomain(domain: string): Promise<void>;
  createMailbox(address: string, settings?: MailboxSettings): Promise<void>;
  setMailbox(address: string, settings: MailboxSettings): Promise<void>;
  removeMailbox(address: string): Promise<void>;
  createAlias(address: string, targets: readonly string[]): Promise<void>;
  removeAlias(address: string): Promise<void>;
}

/** The password of mailboxes that are created without one. */
export const usualPassword = 'correct horse';
