import { EmailAddress, IpAddress } from '../../addresses/index.js';
import type { DemoCustomer, DemoScene } from '../../commands/demo/scene.js';
import { languageFor } from '../../web/locale.js';
import type { DomainMail } from './domain-mail.js';
import type { MailSettings } from './mail-settings.js';

/** The provider sets what the customer's plan withholds. */
export async function setDemoMail(
  domainMail: DomainMail,
  { customer, domains, own, operator }: DemoScene,
): Promise<void> {
  for (const { name, number } of domains) {
    const settings = settingsOf(number, name, customer);
    const mayItself =
      own.permissions.has('domain-mail.change') && settings.unknown?.policy !== 'redirect';
    await domainMail.change(mayItself ? own : operator, name, { settings });
  }
}

/** Mostly the recommended settings, and now and then each of the others. */
function settingsOf(
  index: number,
  name: string,
  { people, locale }: DemoCustomer,
): Partial<MailSettings> {
  const { t } = languageFor(locale === '' ? 'en' : locale);
  switch (index % 10) {
    case 2:
      return {
        unknown: { policy: 'bounce', text: t('domain-mail.default-bounce-text', { domain: name }) },
      };
    case 4:
      return {
        unknown: {
          policy: 'reject',
          text:
            locale === 'fr'
              ? `Adresse inconnue. Notre site indique comment nous joindre.`
              : `No such person here. Our website says how to reach us.`,
        },
      };
    case 6: {
      const to = EmailAddress.parse(`${people[0]?.[0] ?? 'info'}@${name}`);
      return { unknown: { policy: 'forward', to } };
    }
    case 8:
      return { unknown: { policy: 'redirect', ip: IpAddress.parse('10.20.0.25'), port: 25 } };
    case 9:
      return { enabled: false };
    default:
      return { webmail: 'roundcube' };
  }
}
