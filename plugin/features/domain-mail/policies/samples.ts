import { EmailAddress, IpAddress } from '../../../addresses/index.js';
import { type Locale, languageFor } from '../../../web/locale.js';
import type { UnknownRecipients } from './index.js';

interface Sample {
  readonly unknown: UnknownRecipients;
  /** Whether only the provider may set it. */
  readonly isInternal?: true;
}

/** A sample setting of each policy. @param name of the mailbox that receives forwarded mail. */
export function samplePolicies(
  locale: Locale,
  domain: string,
  name: string,
): Readonly<Record<UnknownRecipients['policy'], Sample>> {
  const { t } = languageFor(locale);
  return {
    bounce: {
      unknown: { policy: 'bounce', text: t('domain-mail.default-bounce-text', { domain }) },
    },
    reject: {
      unknown: {
        policy: 'reject',
        text:
          locale === 'fr'
            ? `Adresse inconnue. Notre site indique comment nous joindre.`
            : `No such person here. Our website says how to reach us.`,
      },
    },
    forward: { unknown: { policy: 'forward', to: EmailAddress.parse(`${name}@${domain}`) } },
    redirect: {
      unknown: { policy: 'redirect', ip: IpAddress.parse('10.20.0.25'), port: 25 },
      isInternal: true,
    },
  };
}
