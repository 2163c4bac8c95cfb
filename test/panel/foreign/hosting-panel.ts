import type { RequestHandler } from 'express';
import session from 'express-session';
import {
  AccountStore,
  type Caller,
  type Changing,
  DomainName,
  DomainStore,
  type Installation,
  type MailReader,
  type NewAccount,
  type Panel,
  PanelEvents,
  type PanelWeb,
  PlanStore,
  type Role,
  type Viewer,
  addExportedTable,
  permissionsOf,
  scopeOf,
} from '../../../plugin/index.js';
import { people } from './hosting-registrations.js';

interface Person {
  readonly nick: string;
  readonly role: Role;
  readonly accountId: number;
  /** Of a reseller. */
  readonly soldBy?: string | undefined;
  isLocked: boolean;
}

/** A member of the panel's own staff. */
const desk = { actorId: undefined, actor: 'desk', actingAs: undefined, origin: '192.0.2.1' };

/**
 * A hosting panel as a third party would write it, importing only `index.ts`: it has its own people and sessions, keeps
 * the directory in step, and emits its events.
 */
export class HostingPanel implements Panel {
  readonly navigation = [];
  readonly events = new PanelEvents();
  readonly session: RequestHandler = session({
    name: 'hosting',
    secret: 'the hosting panel',
    resave: false,
    saveUninitialized: false,
  });
  readonly #installation: Installation;
  readonly #accounts: AccountStore;
  readonly #domains: DomainStore;
  readonly #plans: PlanStore;
  readonly #people = new Map<string, Person>();
  readonly #domainIds = new Map<string, number>();

  constructor(installation: Installation) {
    this.#installation = installation;
    this.#accounts = new AccountStore(installation.db);
    this.#domains = new DomainStore(installation.db);
    this.#plans = new PlanStore(installation.db);
  }

  /** This panel has no acting as another. */
  async viewerOf({ accountId, actorId = accountId, origin }: Caller): Promise<Viewer | undefined> {
    const person = [...this.#people.values()].find((each) => each.accountId === accountId);
    const { permissions } = this.#installation.manifest;
    const offered = permissions.filter(({ plan }) => plan).map(({ id }) => id);
    return person === undefined || person.isLocked || actorId !== accountId
      ? undefined
      : {
          accountId,
          role: person.role,
          login: person.nick,
          name: person.nick,
          locale: 'en',
          theme: 'auto',
          scope: scopeOf({ id: accountId, role: person.role, mailboxId: undefined }),
          permissions: permissionsOf(person.role, permissions, offered),
          mailboxId: undefined,
          actorId: accountId,
          actor: person.nick,
          actingAs: undefined,
          origin,
        };
  }

  /** Everybody here reads English, and south no mail. */
  async readerOf(accountId: number): Promise<MailReader | undefined> {
    const person = [...this.#people.values()].find((each) => each.accountId === accountId);
    const account = await this.#accounts.find({ kind: 'all' }, accountId);
    return account === undefined || person?.nick === 'south'
      ? undefined
      : { address: account.email, locale: 'en' };
  }

  async viewerOfNick(nick: string): Promise<Viewer | undefined> {
    return await this.viewerOf({ ...this.#person(nick), origin: '192.0.2.1' });
  }

  async web(): Promise<PanelWeb> {
    return {
      middleware: [this.session],
      signedIn: async (req, res, next) => {
        const viewer = await this.viewerOf({
          accountId: req.session.accountId ?? 0,
          origin: req.ip ?? '',
        });
        if (viewer === undefined) {
          res.redirect(303, '/login');
          return;
        }
        req.viewer = viewer;
        next();
      },
      addRoutes: (routes, pages) => {
        const list = { path: '/people', permission: 'audit.view', table: people };
        addExportedTable(routes, { db: this.#installation.db, pages }, list);
      },
    };
  }

  /** The panel's own sign-in form: `POST /login/:nick`. */
  readonly login: RequestHandler = (req, res) => {
    const person = this.#people.get(String(req.params['nick']));
    if (person !== undefined) {
      req.session.accountId = person.accountId;
    }
    res.redirect(303, '/');
  };

  async addPerson(nick: string, role: Role, soldBy?: string): Promise<void> {
    await this.#change(async ({ tx }) => {
      const planId = await this.#plans.insert(tx, everything(nick));
      const account = this.#accountOf({ nick, role, soldBy });
      const accountId = await this.#accounts.insert(tx, { ...account, planId });
      this.#people.set(nick, { nick, role, accountId, soldBy, isLocked: false });
    });
  }

  async addDomain(name: string, ownerNick: string): Promise<void> {
    await this.#change(async (changing) => {
      const owner = this.#person(ownerNick);
      const domainId = await this.#domains.insert(changing.tx, {
        name: DomainName.parse(name),
        owner: { id: owner.accountId, name: owner.nick },
        resellerId: owner.soldBy === undefined ? undefined : this.#person(owner.soldBy).accountId,
        locale: 'en',
        suspended: owner.isLocked,
      });
      this.#domainIds.set(name, domainId);
      await changing.touch([domainId]);
      await this.events.emit({ kind: 'domain-created', domainId }, changing);
    });
  }

  async removeDomain(name: string): Promise<void> {
    const domainId = this.#domainIds.get(name) ?? 0;
    await this.#change(async (changing) => {
      await this.events.emit({ kind: 'domain-removed', domainId }, changing);
      await this.#domains.remove(changing.tx, domainId);
      await changing.touch([domainId]);
    });
  }

  /** Starts or ends a suspension, during which nobody can sign in. */
  async lock(nick: string, isLocked: boolean): Promise<void> {
    const person = this.#person(nick);
    await this.#change(async (changing) => {
      await this.#accounts.setSuspended(changing.tx, person.accountId, isLocked);
      const { accountId } = person;
      await this.events.emit({ kind: 'account-suspension-changed', accountId }, changing);
    });
    person.isLocked = isLocked;
  }

  async sellTo(nick: string, reseller: string): Promise<void> {
    const person = { ...this.#person(nick), soldBy: reseller };
    const { accountId } = person;
    const resellerId = this.#person(reseller).accountId;
    await this.#change(async (changing) => {
      await this.#replace(person, this.#accountOf(person), changing);
      await this.#domains.setReseller(changing.tx, accountId, resellerId);
      await this.events.emit({ kind: 'account-reseller-changed', accountId, resellerId }, changing);
    });
    this.#people.set(nick, person);
  }

  async changeAddress(nick: string, email: string): Promise<void> {
    const person = this.#person(nick);
    const { accountId } = person;
    await this.#change(async (changing) => {
      await this.#replace(person, { ...this.#accountOf(person), email }, changing);
      await this.events.emit({ kind: 'account-address-changed', accountId }, changing);
    });
  }

  async #replace(person: Person, fields: NewAccount, { tx }: Changing): Promise<void> {
    const account = await this.#accounts.hold(tx, { kind: 'all' }, person.accountId);
    if (account !== undefined) {
      const next = account.version + 1;
      await this.#accounts.replace(tx, { ...account, next }, { planId: account.planId, ...fields });
    }
  }

  #accountOf({ nick, role, soldBy }: Pick<Person, 'nick' | 'role' | 'soldBy'>): NewAccount {
    return {
      role,
      login: nick,
      name: nick,
      email: `${nick}@people.example`,
      parentId: soldBy === undefined ? undefined : this.#person(soldBy).accountId,
    };
  }

  #person(nick: string): Person {
    const person = this.#people.get(nick);
    if (person === undefined) {
      throw new Error(`Nobody is called ${nick}.`);
    }
    return person;
  }

  async #change(work: (changing: Changing) => Promise<void>): Promise<void> {
    await this.#installation.changes.make(desk, work);
  }
}

function everything(nick: string): Parameters<PlanStore['insert']>[1] {
  return {
    name: `Of ${nick}`,
    permissions: [],
    webmails: ['roundcube'],
    maxMailboxes: undefined,
    maxAliases: undefined,
    maxQuotaBytes: undefined,
    maxMessages: undefined,
    maxMessageBytes: undefined,
    maxSmtpServers: undefined,
  };
}
