import type { Locale } from '../../web/locale.js';

/** A domain that the panel hosts, as everything but its mail settings sees it. */
export interface Domain {
  readonly id: number;
  /** A-labels, lower case: its identity. */
  readonly name: string;
  /** For people: U-labels where they differ. */
  readonly displayName: string;
  readonly ownerId: number;
  readonly resellerId: number | undefined;
  /** The language that its senders most likely read. */
  readonly locale: Locale;
  /** Its owner, or the owner's reseller, is suspended: no mail flows. */
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
  /** As people would look it up: without accents, so that IDNs stand among the others. */
  sort_name: string;
  owner_id: number;
  reseller_id: number | null;
  locale: string;
  suspended: number;
  mail_enabled: number;
  unknown_policy: string;
  reject_text: string | null;
  /** The text as an SMTP reply has it. */
  reject_reply: string | null;
  bounce_text: string | null;
  forward_to: string | null;
  redirect_ip: string | null;
  redirect_port: number | null;
  /** The SMTP server that its mail leaves through. */
  relay_id: number | null;
  webmail: string | null;
  kept_fields: string | null;
  version: number;
  created_at: number;
  search_text: string;
}
