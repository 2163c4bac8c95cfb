import type { DemoCustomer, DemoScene } from '../../commands/demo/scene.js';
import type { DomainMail } from './domain-mail.js';
import type { MailSettings } from './mail-settings.js';
import { samplePolicies } from './policies/samples.js';

/** The provider sets what the customer's plan withholds. */
export async function setDemoMail(
  domainMail: DomainMail,
  { customer, domains, own, operator }: DemoScene,
): Promise<void> {
  for (const { name, number } of domains) {
    const { isInternal = false, ...settings } = settingsOf(number, name, customer);
    const mayItself = own.permissions.has('domain-mail.change') && !isInternal;
    await domainMail.change(mayItself ? own : operator, name, { settings });
  }
}

/** Mostly the recommended settings, and now and then each of the others. */
function settingsOf(
  index: number,
  domain: string,
  { people, locale }: DemoCustomer,
): Partial<MailSettings> & { readonly isInternal?: true } {
  const samples = Object.values(
    samplePolicies(locale === '' ? 'en' : locale, domain, people[0]?.[0] ?? 'info'),
  );
  const place = index % 10;
  const rest = place === 9 ? { enabled: false } : ({ webmail: 'roundcube' } as const);
  return samples[place / 2 - 1] ?? rest;
}
