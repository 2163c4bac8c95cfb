import { DomainName, EmailAddress, IpAddress } from '../../addresses/index.js';
import type { App } from '../../app.js';
import type { MailSettings } from '../../features/domain-mail/mail-settings.js';
import { newAliasForm, newMailboxForm } from '../../features/mailboxes/forms.js';
import { generatePassword } from '../../secrets/generated-password.js';
import { parseServerForm } from '../../features/smtp-servers/forms.js';
import { builtInServices } from '../../features/smtp-servers/services.js';
import { newAccountForm } from '../../panel/standalone/accounts/forms.js';
import { newDomainForm } from '../../panel/standalone/domains/forms.js';
import { parsePlanForm } from '../../panel/standalone/plans/forms.js';
import { operator } from '../../panel/standalone/viewers.js';
import type { Viewer } from '../../viewing/viewer.js';
import { parseForm } from '../../web/forms.js';
import { languageFor } from '../../web/locale.js';
import {
  type DemoCustomer,
  customers,
  plans,
  resellers,
  resellersDomains,
  suspendedCustomer,
} from './data.js';
import { frenchServers, servers } from './servers.js';

/** Fills an empty installation as people would, through the forms and verbs that they use. */
export async function fillDemo(app: App): Promise<void> {
  const demo = new Demo(app);
  await demo.addPlans();
  await demo.addResellers();
  for (const customer of customers) {
    await demo.addCustomer(customer);
  }
  for (const [login, name] of resellersDomains) {
    await demo.addDomain(await demo.as(login), name, login);
  }
  await demo.suspend(suspendedCustomer);
}

class Demo {
  readonly #app: App;
  readonly #operator: Viewer;
  readonly #planIds = new Map<string, number>();
  #domains = 0;

  constructor(app: App) {
    this.#app = app;
    this.#operator = operator(app.manifest.permissions);
  }

  async addPlans(): Promise<void> {
    const permissions = this.#app.manifest.permissions.filter(({ plan }) => plan);
    for (const plan of plans) {
      const form = parsePlanForm(
        plan,
        permissions.map(({ id }) => id),
      );
      this.#planIds.set(plan.name, await this.#app.panel.plans.create(this.#operator, form));
    }
  }

  async addResellers(): Promise<void> {
    for (const reseller of resellers) {
      await this.#addAccount(this.#operator, { ...reseller, role: 'reseller', reseller: '' });
    }
  }

  async addCustomer(customer: DemoCustomer): Promise<void> {
    const by = customer.reseller === '' ? this.#operator : await this.as(customer.reseller);
    await this.#addAccount(by, { ...customer, role: 'customer' });
    const own = await this.as(customer.login);
    for (const name of customer.domains) {
      await this.addDomain(by, name, customer.login);
      await this.#addMailboxes(own, name, customer.people.slice(0, this.#domains % 5));
      await this.#setMail(own, name, settingsOf(this.#domains, name, customer));
    }
    await this.#addServers(customer);
  }

  async addDomain(by: Viewer, name: string, owner: string): Promise<void> {
    this.#domains += 1;
    const locale = /[èéêôîâ]|lyon|rois|pain|paie/.test(name) ? 'fr' : 'en';
    const form = parseForm(newDomainForm, { name, owner, locale });
    await this.#app.panel.domains.create(by, form);
  }

  async suspend(login: string): Promise<void> {
    const { id } = await this.#app.panel.accounts.findByLogin(this.#operator, login);
    await this.#app.panel.accounts.setSuspended(this.#operator, id, true);
  }

  /** Somebody's own view, as if they had signed in from a network of their own (RFC 5737). */
  async as(login: string): Promise<Viewer> {
    const { id } = await this.#app.panel.accounts.findByLogin(this.#operator, login);
    const origin = `203.0.113.${id}`;
    const viewer = await this.#app.panel.viewers.of({ accountId: id, origin });
    return viewer ?? this.#operator;
  }

  async #addAccount(
    by: Viewer,
    person: Pick<DemoCustomer, 'login' | 'name' | 'reseller' | 'plan' | 'locale'> & {
      readonly role: 'reseller' | 'customer';
    },
  ): Promise<void> {
    const { login, name, reseller, role, locale } = person;
    const plan = this.#planIds.get(person.plan);
    const form = parseForm(newAccountForm, {
      login,
      name,
      email: `${login}@customers.example.net`,
      role,
      reseller,
      locale,
      plan,
    });
    await this.#app.panel.accounts.create(by, form);
  }

  async #addMailboxes(by: Viewer, name: string, people: DemoCustomer['people']): Promise<void> {
    const domain = DomainName.parse(name);
    await Promise.all(
      people.map(async ([address, displayName]) => {
        const form = parseForm(newMailboxForm(domain), {
          address,
          displayName,
          password: generatePassword(),
          quotaMegabytes: '2048',
          imap: '1',
          pop3: '1',
        });
        await this.#app.features.mailboxes.create(by, name, form);
      }),
    );
    const targets = people.slice(0, 2).map(([localPart]) => `${localPart}@${name}`);
    if (targets.length > 0) {
      const form = parseForm(newAliasForm(domain), {
        address: 'info',
        targets: targets.join('\n'),
      });
      await this.#app.features.aliases.create(by, name, form);
    }
  }

  /** Nobody answers there, so their trial shows what goes wrong; to be confirmed they need a mail that arrives. */
  async #addServers({ login, name, domains: [domain = ''], locale }: DemoCustomer): Promise<void> {
    const own = await this.as(login);
    const provider = login.split('-').at(-1);
    for (const server of locale === 'fr' ? frenchServers : servers) {
      const typed = {
        ...server,
        host: `${server.host}.${provider}.example`,
        authentication: 'login',
        user: `mail@${provider}.example`,
        password: generatePassword(),
        address: `info@${domain}`,
        senderName: name,
      };
      await this.#app.features.smtpServers.create(own, parseServerForm(typed, builtInServices));
    }
  }

  /** What a customer's plan does not let it change, its provider sets. */
  async #setMail(own: Viewer, name: string, settings: Partial<MailSettings>): Promise<void> {
    const { domainMail } = this.#app.features;
    const mayItself =
      own.permissions.has('domain-mail.change') && settings.unknown?.policy !== 'redirect';
    await domainMail.change(mayItself ? own : this.#operator, name, { settings });
  }
}

/** Mostly what is recommended, and each of the others now and then. */
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
