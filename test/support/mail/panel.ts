/** What happens to mail for an unknown recipient. */
export type Policy =
  | { readonly unknown: 'reject'; readonly text?: string }
  | { readonly unknown: 'bounce'; readonly text: string }
  | { readonly unknown: 'forward'; readonly to: string }
  | { readonly unknown: 'redirect'; readonly ip: string; readonly port: number };

export interface MailboxSettings {
  readonly password?: string;
  /** 0 means no limit. */
  readonly quotaMegabytes?: number;
  readonly imap?: boolean;
  readonly pop3?: boolean;
  readonly suspended?: boolean;
}

/** The panel's operations for the mail tests. Domains may be given in either form; addresses are for people. */
export interface MailPanel {
  /** With the mail service on and the policy `reject`. Each domain has an owner with this e-mail address. */
  createDomain(name: string, ownerEmail?: string): Promise<void>;
  setPolicy(domain: string, policy: Policy): Promise<void>;
  setMailEnabled(domain: string, enabled: boolean): Promise<void>;
  /** Sends the domain's mail through this SMTP server of its owner, or directly. */
  setRelay(domain: string, serverId: number | undefined): Promise<void>;
  setDomainSuspended(domain: string, suspended: boolean): Promise<void>;
  /** Removals are for good. */
  removeDomain(domain: string): Promise<void>;
  createMailbox(address: string, settings?: MailboxSettings): Promise<void>;
  setMailbox(address: string, settings: MailboxSettings): Promise<void>;
  removeMailbox(address: string): Promise<void>;
  createAlias(address: string, targets: readonly string[]): Promise<void>;
  removeAlias(address: string): Promise<void>;
}

/** The default password of mailboxes. */
export const usualPassword = 'correct horse';
