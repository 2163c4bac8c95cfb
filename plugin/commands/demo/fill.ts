import type { App } from '../../app.js';
import { features } from '../../features.js';
import { newAccountForm } from '../../panel/standalone/accounts/forms.js';
import { newDomainForm } from '../../panel/standalone/domains/forms.js';
import { parsePlanForm } from '../../panel/standalone/plans/forms.js';
import { plannedOf } from '../../panel/standalone/plans/planned.js';
import { operator } from '../../viewing/operator.js';
import type { Viewer } from '../../viewing/viewer.js';
import { parseForm } from '../../web/forms.js';
import { customers, plans, resellers, resellersDomains, suspendedCustomer } from './data.js';
import type { DemoCustomer, DemoDomain } from './scene.js';

/** Fills an empty installation through the same forms and verbs as people. */
export async function fillDemo(app: App): Promise<void> {
  const demo = new Demo(app);
  await demo.prepare();
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

  /** What features add once, before there are plans. */
  async prepare(): Promise<void> {
    for (const each of features) {
      await each.prepareDemo?.(this.#app.features, this.#operator);
    }
  }

  async addPlans(): Promise<void> {
    const permissions = plannedOf(this.#app.manifest.permissions);
    const webmails = (await this.#app.panel.plans.webmails()).map(({ key }) => key);
    for (const plan of plans) {
      const form = parsePlanForm(plan, { permissions, webmails });
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
    const domains: DemoDomain[] = [];
    for (const name of customer.domains) {
      domains.push({ name, number: await this.addDomain(by, name, customer.login) });
    }
    const scene = { customer, domains, own, operator: this.#operator };
    // Features later in the list come first: earlier ones build on them.
    for (const each of features.toReversed()) {
      await each.fillDemo?.(this.#app.features, scene);
    }
  }

  /** @returns the number of domains. */
  async addDomain(by: Viewer, name: string, owner: string): Promise<number> {
    this.#domains += 1;
    const locale = /[èéêôîâ]|lyon|rois|pain|paie/.test(name) ? 'fr' : 'en';
    const form = parseForm(newDomainForm, { name, owner, locale });
    await this.#app.panel.domains.create(by, form);
    return this.#domains;
  }

  async suspend(login: string): Promise<void> {
    const { id } = await this.#app.panel.accounts.findByLogin(this.#operator, login);
    await this.#app.panel.accounts.setSuspended(this.#operator, id, true);
  }

  /** An account's viewer, as if signed in from a network of its own (RFC 5737). */
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
}
