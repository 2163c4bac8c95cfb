import type { Locale } from '../../web/locale.js';

/** A domain that the panel hosts, without its mail settings. */
export interface Domain {
  readonly id: number;
  /** A-labels in lower case: its identity. */
  readonly name: string;
  /** For people: U-labels where they differ. */
  readonly displayName: string;
  readonly ownerId: number;
  readonly resellerId: number | undefined;
  /** The language that its senders most likely read. */
  readonly locale: Locale;
  /** Whether its owner or the owner's reseller is suspended, so that no mail flows. */
  readonly suspended: boolean;
  readonly mailEnabled: boolean;
}

export interface DomainRow {
  id: number;
  name: string;
  at_name: string;
  utf8_name: string | null;
  at_utf8_name: string | null;
  postmaster_address: string;
  /** Without accents, so that IDNs sort among the others. */
  sort_name: string;
  owner_id: number;
  reseller_id: number | null;
  locale: string;
  suspended: number;
  mail_enabled: number;
  unknown_policy: string;
  reject_text: string | null;
  /** The text in the form of an SMTP reply. */
  reject_reply: string | null;
  bounce_text: string | null;
  forward_to: string | null;
  redirect_ip: string | null;
  redirect_port: number | null;
  /** The SMTP server for its outgoing mail. */
  relay_id: number | null;
  webmail: string | null;
  /** Its own outgoing limit, in messages; null inherits the plan's. */
  limit_per_hour: number | null;
  kept_fields: string | null;
  version: number;
  created_at: number;
  /** When its mail settings were last changed, if they were. */
  changed_at: number | null;
  /** Where its MX records lead, as last looked up. */
  mx: string;
  mx_hosts: string | null;
  /** When the name servers last answered, and since when they have not. */
  mx_at: number | null;
  mx_failed_at: number | null;
  mx_due_at: number;
  search_text: string;
}
