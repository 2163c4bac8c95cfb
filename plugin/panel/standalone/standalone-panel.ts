import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import type { Registration } from '../../feature.js';
import type { Manifest } from '../../manifest.js';
import { Picker } from '../../tables/picker.js';
import type { Logger } from '../../web/log.js';
import { RateLimits } from '../../web/rate-limits.js';
import type { PanelMail } from '../../panel-mail/panel-mail.js';
import { AccountStore } from '../directory/account-store.js';
import { EffectivePlans } from '../directory/effective-plans.js';
import { PlanStore } from '../directory/plan-store.js';
import { WebmailStore } from '../directory/webmail-store.js';
import { pickableAccounts, pickableResellers } from '../directory/pickables.js';
import { DomainStore } from '../directory/domain-store.js';
import { type Caller, type MailReader, type Panel, PanelEvents, type PanelWeb } from '../panel.js';
import type { Viewer } from '../../viewing/viewer.js';
import { AccessStore } from './access/access-store.js';
import { ForgottenPasswords } from './access/forgotten-passwords.js';
import { Passwords } from './access/passwords.js';
import { Accounts } from './accounts/accounts.js';
import { Acting } from './acting/acting.js';
import { KnownDevices } from './known-devices.js';
import { navigation } from './navigation.js';
import { OwnPlan } from './own-plan/own-plan.js';
import { Preferences } from './preferences/preferences.js';
import { Placements } from './accounts/placements.js';
import { Plans } from './plans/plans.js';
import { Domains } from './domains/domains.js';
import { SignIn } from './sign-in.js';
import { Viewers } from './viewers.js';

export interface StandaloneParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly manifest: Manifest;
  readonly registered: readonly Registration[];
  readonly sessionSecret: string;
  readonly deviceSecret: string;
  readonly log: Pick<Logger, 'warn'>;
  readonly panelMail: PanelMail;
}

/** The embedded panel with its own sign-in, accounts, plans and domains, so that the extension runs on its own. */
export class StandalonePanel implements Panel {
  readonly navigation = navigation;
  readonly events = new PanelEvents();
  readonly accountStore: AccountStore;
  readonly accounts: Accounts;
  readonly plans: Plans;
  readonly ownPlan: OwnPlan;
  readonly domains: Domains;
  readonly signIn: SignIn;
  readonly passwords: Passwords;
  readonly forgotten: ForgottenPasswords;
  readonly viewers: Viewers;
  readonly acting: Acting;
  readonly preferences: Preferences;
  readonly #parts: StandaloneParts;

  constructor(parts: StandaloneParts) {
    const { db, changes } = parts;
    this.#parts = parts;
    const store = new AccountStore(db);
    const planStore = new PlanStore(db);
    const domainStore = new DomainStore(db);
    this.accountStore = store;
    const limits = new RateLimits(db);
    const devices = new KnownDevices(parts.deviceSecret);
    this.signIn = new SignIn({ db, changes, accounts: store, limits, devices });
    const access = new AccessStore(db);
    this.passwords = new Passwords({ db, changes, accounts: store });
    this.forgotten = new ForgottenPasswords({ ...parts, accounts: store, access, limits });
    const stores = { accounts: store, plans: planStore, webmails: new WebmailStore(db) };
    this.plans = new Plans({ ...stores, changes });
    this.domains = new Domains({
      ...parts,
      domains: domainStore,
      accounts: store,
      owners: new Picker(db, pickableAccounts),
      events: this.events,
    });
    const resellers = new Picker(db, pickableResellers);
    const placements = new Placements({ ...stores, resellers });
    this.ownPlan = new OwnPlan({ ...parts, ...stores, placements });
    this.accounts = new Accounts({
      ...parts,
      effectivePlans: new EffectivePlans(db),
      changes,
      store,
      domains: domainStore,
      placements,
      events: this.events,
      access,
      panelMail: parts.panelMail,
      limits,
    });
    this.acting = new Acting({ changes, accounts: store });
    this.preferences = new Preferences({
      changes,
      accounts: store,
      domains: domainStore,
      events: this.events,
      limits,
    });
    this.viewers = new Viewers(store, parts.manifest.permissions);
  }

  async viewerOf(caller: Caller): Promise<Viewer | undefined> {
    return await this.viewers.ofCaller(caller);
  }

  async readerOf(accountId: number): Promise<MailReader | undefined> {
    const account = await this.accountStore.find({ kind: 'all' }, accountId);
    return account && { address: account.email, locale: account.locale };
  }

  async web(): Promise<PanelWeb> {
    const { standaloneWeb } = await import('./standalone-web.js');
    return standaloneWeb(this.#parts, this);
  }
}
