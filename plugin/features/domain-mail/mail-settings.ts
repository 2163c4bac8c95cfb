import type { Webmail } from '../../panel/directory/plan.js';
import type { KeptFields } from './policies/field-texts.js';
import type { UnknownRecipients } from './policies/index.js';

export interface MailSettings {
  readonly enabled: boolean;
  readonly unknown: UnknownRecipients;
  readonly webmail: Webmail | undefined;
  /** The SMTP server that mail leaves through, or undefined for the recipients' own servers. */
  readonly relayId: number | undefined;
}

/** What somebody wants of domains; what is left out stays as it is. */
export interface WantedSettings {
  readonly settings: Partial<MailSettings>;
  /** That was shown; the change fails when it is another by now. Left out, the one that is decided about. */
  readonly version?: number;
  /** What was typed for the policies that are not taken; left out, what they have and had. */
  readonly kept?: KeptFields;
}
