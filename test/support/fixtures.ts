import { accountForm } from '../../plugin/panel/standalone/accounts/forms.js';
import { newDomainForm } from '../../plugin/panel/standalone/domains/forms.js';
import type { NewAccount } from '../../plugin/panel/directory/account-store.js';
import { Viewers } from '../../plugin/panel/standalone/viewers.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { parseForm } from '../../plugin/web/forms.js';
import type { TestApp } from './app.js';

/** Adds an account with defaults; returns its ID. */
export async function addAccount(
  app: TestApp,
  login: string,
  wanted: Partial<NewAccount> = {},
): Promise<number> {
  return await app.changes.make(app.operator, ({ tx }) =>
    app.panel.accountStore.insert(tx, {
      role: 'customer',
      login,
      name: login,
      email: `${login}@owners.example`,
      ...wanted,
    }),
  );
}

/** Moves a customer to another reseller, by login. */
export async function moveAccount(app: TestApp, id: number, reseller: string): Promise<void> {
  const { accounts } = app.panel;
  const { account } = await accounts.page(app.operator, id);
  const form = parseForm(accountForm, {
    version: String(account.version),
    name: account.name,
    email: account.email,
    role: 'customer',
    reseller,
    plan: String(account.planId ?? ''),
  });
  await accounts.change(app.operator, id, form);
}

/** Gives the webmail applications of a new installation their addresses, so that domains can choose them. */
export async function giveWebmailAddresses({ db }: Pick<TestApp, 'db'>): Promise<void> {
  for (const key of ['roundcube', 'sogo', 'snappymail']) {
    await db
      .knex('webmails')
      .where({ key })
      .update({ address: `https://{domain}/${key}/` });
  }
}

/** Adds a plan that grants everything that a plan can, with two webmails; returns its ID. */
export async function addPlan(
  app: TestApp,
  webmails: readonly string[] = ['roundcube', 'sogo'],
): Promise<number> {
  await giveWebmailAddresses(app);
  const permissions = app.manifest.permissions.filter(({ plan }) => plan).map(({ id }) => id);
  const [id] = await app.db.knex('plans').insert({
    name: 'Everything',
    sort_name: 'everything',
    permissions: JSON.stringify(permissions),
    webmails: JSON.stringify(webmails),
  });
  return Number(id);
}

export async function addDomain(app: TestApp, name: string, owner: string): Promise<void> {
  const form = parseForm(newDomainForm, { name, owner, locale: 'en' });
  await app.panel.domains.create(app.operator, form);
}

/** An account's viewer, as if signed in from `198.51.100.7`. */
export async function viewerOf(
  app: Pick<TestApp, 'panel' | 'manifest'>,
  accountId: number,
): Promise<Viewer> {
  const viewer = await new Viewers(app.panel.accountStore, app.manifest.permissions).of({
    accountId,
    origin: '198.51.100.7',
  });
  if (viewer === undefined) {
    throw new Error(`Account ${accountId} cannot sign in.`);
  }
  return viewer;
}
