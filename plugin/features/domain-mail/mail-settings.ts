import type { KeptFields } from './policies/field-texts.js';
import type { UnknownRecipients } from './policies/index.js';

export interface MailSettings {
  readonly enabled: boolean;
  readonly unknown: UnknownRecipients;
  /** The key of a webmail application, perhaps of a removed one. */
  readonly webmail: string | undefined;
  /** The SMTP server for outgoing mail; undefined sends directly. */
  readonly relayId: number | undefined;
  /** Its own outgoing limit; undefined inherits the plan's. */
  readonly limitPerHour?: number | undefined;
}

/** Wanted settings of domains; what is left out stays unchanged. */
export interface WantedSettings {
  readonly settings: Partial<MailSettings>;
  /** The name of the SMTP server for outgoing mail, instead of its ID; empty for none. */
  readonly relay?: string;
  /** The version that was shown; the change fails if it is outdated. Defaults to the current one. */
  readonly version?: number;
  /** Texts typed for the other policies; if left out, they keep theirs. */
  readonly kept?: KeptFields;
}
