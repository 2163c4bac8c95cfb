import { DomainName } from '../../../plugin/addresses/index.js';
import { newMailboxForm } from '../../../plugin/features/mailboxes/forms.js';
import { parseForm } from '../../../plugin/web/forms.js';
import type { TokenScope } from '../../../plugin/features/api-tokens/api-token.js';
import type { TestApp, TestWeb } from '../../support/app.js';
import { addAccount, addDomain, addPlan, viewerOf } from '../../support/fixtures.js';
import { Visitor } from '../../support/visitor.js';
import { type Owner, type Side, Things } from './things.js';

/** `A`dministrator, `R`eseller, `C`ustomer, `M`ail user. */
export type RoleLetter = 'A' | 'R' | 'C' | 'M';

/** Who tries a route. What is near belongs to `owner`, a customer of `reseller`; what is far, to a customer of `other reseller`. */
export const people = {
  administrator: { role: 'A', sees: ['near', 'far'] },
  reseller: { role: 'R', sees: ['near'] },
  'other reseller': { role: 'R', sees: ['far'] },
  owner: { role: 'C', sees: ['near'] },
  'other customer': { role: 'C', sees: [] },
  'mail user': { role: 'M', sees: ['near'] },
  nobody: { role: undefined, sees: [] },
} as const satisfies Readonly<
  Record<string, { role: RoleLetter | undefined; sees: readonly Side[] }>
>;

export type PersonName = keyof typeof people;

export const personNames = Object.keys(people) as PersonName[];

/** An installation with all of these people. */
export interface Scene {
  readonly things: Things;
  /** A person with a session of their own. */
  visit(name: PersonName): Promise<Visitor>;
  /** A person's API token with these scopes; an invalid one for `nobody`. */
  tokenOf(name: PersonName, scopes: readonly TokenScope[]): Promise<string>;
}

export async function fillScene(app: TestApp, web: TestWeb): Promise<Scene> {
  const planId = await addPlan(app);
  const administrator = await addAccount(app, 'root', { role: 'administrator' });
  const reseller = await addAccount(app, 'north', { role: 'reseller', planId });
  const otherReseller = await addAccount(app, 'south', { role: 'reseller', planId });
  const near = await addOwner(app, 'near', { resellerId: reseller, planId });
  const far = await addOwner(app, 'far', { resellerId: otherReseller, planId });
  const otherCustomer = await addAccount(app, 'other', { parentId: reseller, planId });
  const mailUser = await app.panel.signIn.mailUser(`user@${near.domain}`);
  const ids: Readonly<Record<Exclude<PersonName, 'nobody'>, number>> = {
    administrator,
    reseller,
    'other reseller': otherReseller,
    owner: near.accountId,
    'other customer': otherCustomer,
    'mail user': mailUser?.account.id ?? 0,
  };

  return {
    things: new Things(app, { near, far }),
    visit: async (name) =>
      name === 'nobody' ? new Visitor(web) : await Visitor.signedIn(web, app, ids[name]),
    tokenOf: async (name, scopes) =>
      name === 'nobody'
        ? 'relais_unknown'
        : await app.features.apiTokens.create(await viewerOf(app, ids[name]), {
            title: 'Of a test',
            scopes,
          }),
  };
}

async function addOwner(
  app: TestApp,
  side: Side,
  { resellerId, planId }: { readonly resellerId: number; readonly planId: number },
): Promise<Owner> {
  const login = `${side}-mark`;
  const domain = `${side}-mark.example`;
  const accountId = await addAccount(app, login, { parentId: resellerId, planId });
  await addDomain(app, domain, login);
  const typed = { address: 'user', password: 'seven tall herons wading' };
  const form = parseForm(newMailboxForm(DomainName.parse(domain)), typed);
  await app.features.mailboxes.create(app.operator, domain, form);
  return { login, accountId, resellerId, domain };
}

/** A signed-in visitor for each person. */
export async function everybody(scene: Scene): Promise<ReadonlyMap<PersonName, Visitor>> {
  const visitors = new Map<PersonName, Visitor>();
  for (const name of personNames) {
    visitors.set(name, await scene.visit(name));
  }
  return visitors;
}
