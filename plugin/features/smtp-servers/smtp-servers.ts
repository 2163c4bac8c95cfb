import type { Knex } from 'knex';
import { EmailAddress } from '../../addresses/index.js';
import { changedFields } from '../../changes/changed-fields.js';
import { type Meanwhile, changedSinceById } from '../../changes/changed-since.js';
import type { Changes, Changing } from '../../changes/changes.js';
import { agreed } from '../../changes/decision.js';
import type { Database } from '../../database/database.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../errors.js';
import { resellerOf } from '../../panel/directory/account.js';
import type { AccountStore } from '../../panel/directory/account-store.js';
import { type Viewer, signedInAccount } from '../../viewing/viewer.js';
import { type Trial, tryConnection } from '../../sending/try-connection.js';
import type { RateLimits } from '../../web/rate-limits.js';
import type { Settings } from '../settings/index.js';
import { about, recordChange } from './audit.js';
import { endpointOf } from './endpoint.js';
import type { ServerForm } from './forms.js';
import { type Logo, type LogoRefusal, readLogo } from './logo.js';
import type { LogoStore } from './logo-store.js';
import { type OutgoingConfig, smtpPolicy } from './policy.js';
import { relayRefusal } from './relay-refusal.js';
import type { ServerRemoval } from './removal.js';
import { assertMayWait } from './relay-use.js';
import { secretFor } from './secret.js';
import { type SendingService, holdServices, listServices } from './services.js';
import { type SmtpServer, type Unconfirmed, unconfirmedBy } from './smtp-server.js';
import { forgetTroubles } from './troubles.js';
import type { SmtpServerStore } from './store.js';
import { auditFields } from './audit-fields.js';

/** What a server's page shows. */
export interface ServerPage {
  readonly server: SmtpServer;
  /** Why it cannot be shown, where something was stored that cannot be drawn. */
  readonly logo: Logo | LogoRefusal | undefined;
  readonly services: readonly SendingService[];
  readonly owner: { readonly login: string; readonly name: string } | undefined;
}

export interface SmtpServersParts {
  readonly db: Database;
  readonly changes: Changes;
  readonly accounts: AccountStore;
  readonly store: SmtpServerStore;
  readonly logos: LogoStore;
  readonly removal: ServerRemoval;
  readonly settings: Settings;
  readonly limits: RateLimits;
  readonly outgoing: OutgoingConfig;
}

/** The SMTP servers that mail leaves through. */
export class SmtpServers {
  readonly #parts: SmtpServersParts;

  constructor(parts: SmtpServersParts) {
    this.#parts = parts;
  }

  async services(): Promise<readonly SendingService[]> {
    return await listServices(this.#parts.db);
  }

  /** @throws {NotFoundError} */
  async find(viewer: Viewer, id: number): Promise<SmtpServer> {
    return found(await this.#parts.store.find(viewer.scope, id));
  }

  /** @throws {NotFoundError} */
  async page(viewer: Viewer, id: number): Promise<ServerPage> {
    const { logos, accounts } = this.#parts;
    const server = await this.find(viewer, id);
    const [logo, services, owner] = await Promise.all([
      logos.stored(id),
      this.services(),
      accounts.find(viewer.scope, server.ownerId),
    ]);
    return { server, logo, services, owner };
  }

  /** Draws an uploaded file. @throws {TooManyRequestsError} */
  async readLogo(viewer: Viewer, file: Buffer): Promise<Logo | LogoRefusal> {
    await this.#parts.limits.use(drawings, String(signedInAccount(viewer)));
    return await readLogo(file);
  }

  /**
   * @param owner the login of whose it is; the viewer's own when it is left out.
   * @returns its id.
   * @throws {InvalidInputError}
   */
  async create(
    viewer: Viewer,
    form: ServerForm,
    {
      logo,
      owner = viewer.login,
    }: { readonly logo?: Logo | undefined; readonly owner?: string } = {},
  ): Promise<number> {
    const { changes, accounts, store, logos } = this.#parts;
    const secret = secretFor(form, undefined, {});
    await this.#assertAccepted(form);
    return await changes.make(viewer, async ({ tx, record }) => {
      const held = await accounts.holdOwner(tx, viewer.scope, owner);
      if (held === undefined) {
        throw new InvalidInputError({ owner: { key: 'smtp-servers.errors.no-owner' } });
      }
      await assertServices(tx, form);
      const ownerId = held.account.id;
      const { maxSmtpServers: most } = await accounts.limitsOf(tx, held.account);
      if (most !== undefined && (await store.count(tx, ownerId)) >= most) {
        throw new InvalidInputError({
          title: { key: 'smtp-servers.errors.plan-full', args: { count: most } },
        });
      }
      const resellerId = resellerOf(held.account);
      const id = await store.insert(tx, { id: ownerId, resellerId }, form.fields, secret);
      if (logo !== undefined) {
        await logos.put(tx, id, logo);
      }
      await record({
        action: 'smtp-server.created',
        subject: form.fields.title,
        ownerId,
        resellerId,
        after: { id, ...auditFields(form.fields) },
      });
      return id;
    });
  }

  /**
   * @returns what has changed of what a confirmation was good for; undefined if nothing has, or there was none.
   * @throws {InvalidInputError} @throws {NotFoundError}
   * @throws {ConflictError} when somebody else has changed the server since `form.version`.
   */
  async change(
    viewer: Viewer,
    id: number,
    form: ServerForm,
    logo?: Logo,
  ): Promise<Unconfirmed | undefined> {
    const { changes, store, settings, outgoing } = this.#parts;
    await this.#assertAccepted(form, await this.find(viewer, id));
    const policy = await smtpPolicy(settings, outgoing);
    return await changes.make(viewer, async (changing) => {
      const { tx, touch } = changing;
      const before = found(await store.held(tx, viewer.scope, id));
      if (before.version !== form.version) {
        throw new ConflictError('smtp-servers.errors.changed-meanwhile', { title: before.title });
      }
      await assertServices(tx, form);
      const secret = secretFor(form, before, await store.secrets.kept(tx, id));
      const domains = await store.relayedDomains(tx, id);
      assertMayWait(domains, { before, form }, (server) => relayRefusal(server, policy));
      const changed = changedFields(auditFields(before), auditFields(form.fields));
      const isChanged = [changed.after, form.secret].some((each) => Object.keys(each).length > 0);
      const version = before.version + Number(isChanged);
      await store.replace(tx, { id, version }, form.fields, secret);
      const unconfirmed = unconfirmedBy(before, form.fields);
      if (unconfirmed !== undefined) {
        await store.unconfirm(tx, id);
      }
      await recordChange(changing, before, { changed, form, version });
      await this.#changeLogo(changing, before, form, logo);
      await touch(await store.relayedDomainIds(tx, id));
      return before.confirmation.state === 'confirmed' ? unconfirmed : undefined;
    });
  }

  /** What others changed after `version`, the newest first. @throws {NotFoundError} */
  async meanwhile(viewer: Viewer, id: number, version: number): Promise<readonly Meanwhile[]> {
    const { ownerId, createdAt } = await this.find(viewer, id);
    return await changedSinceById(this.#parts.db, versionedActions, {
      id,
      ownerId,
      version,
      since: createdAt,
    });
  }

  /** The domains whose mail leaves through the server, which keep it from being removed. */
  async relayedDomains(viewer: Viewer, id: number): Promise<readonly string[]> {
    const { db, store } = this.#parts;
    await this.find(viewer, id);
    return await store.relayedDomains(db.knex, id);
  }

  /** @throws {NotFoundError} @throws {ConflictError} while mail of domains leaves through it. */
  async remove(viewer: Viewer, id: number): Promise<SmtpServer> {
    const { changes, removal } = this.#parts;
    return await changes.make(viewer, async (changing) => {
      const [server] = await removal.read(changing.tx, viewer, [id]);
      const decision = agreed(removal.decide(viewer, found(server)));
      await removal.write(changing, decision);
      return decision.change;
    });
  }

  /** Connects and logs in, once. @throws {NotFoundError} @throws {TooManyRequestsError} */
  async try(viewer: Viewer, id: number): Promise<Trial> {
    const { db, limits, store, settings, outgoing } = this.#parts;
    const server = await this.find(viewer, id);
    await limits.use(trials, String(server.ownerId));
    const secret = await store.secretOf(db.knex, id);
    const policy = await smtpPolicy(settings, outgoing);
    const sender = EmailAddress.parse(server.address);
    const trial = await tryConnection(endpointOf(server, secret), policy, { sender });
    if (trial.outcome === 'ok') {
      await db.transaction((tx) => forgetTroubles(tx, id));
    }
    return trial;
  }

  async #changeLogo(
    { tx, record }: Changing,
    server: SmtpServer,
    { removeLogo }: ServerForm,
    logo: Logo | undefined,
  ): Promise<void> {
    const { logos } = this.#parts;
    if (logo !== undefined) {
      await logos.put(tx, server.id, logo);
    } else if (!removeLogo || !(await logos.remove(tx, server.id))) {
      return;
    }
    await record({
      ...about(server),
      action: 'smtp-server.logo-changed',
      after: { id: server.id },
    });
  }

  /** What the installation decides. What was there before is no reason to refuse another change. */
  async #assertAccepted({ fields }: ServerForm, before?: SmtpServer): Promise<void> {
    const ports = await this.#parts.settings.texts('smtp-ports');
    if (fields.port !== before?.port && !ports.includes(String(fields.port))) {
      throw new InvalidInputError({
        port: { key: 'smtp-servers.errors.port', args: { ports: ports.join(', ') } },
      });
    }
    if (fields.usage === 'custom' && fields.services.length === 0) {
      throw new InvalidInputError({ services: { key: 'smtp-servers.errors.no-service' } });
    }
  }
}

/** Nobody needs more, but for looking around in networks. */
const trials = { name: 'smtp-trial', most: 30, windowMs: 10 * 60 * 1000 };

/** Each may take two seconds of a processor. */
const drawings = { name: 'logo-drawing', most: 60, windowMs: 10 * 60 * 1000 };

const versionedActions = ['smtp-server.changed', 'smtp-server.password-changed'];

function found<Server>(server: Server | undefined): Server {
  if (server === undefined) {
    throw new NotFoundError();
  }
  return server;
}

/** An administrator may have removed one since the form was shown. @throws {InvalidInputError} */
async function assertServices(tx: Knex.Transaction, { fields }: ServerForm): Promise<void> {
  if (!(await holdServices(tx, fields.services))) {
    throw new InvalidInputError({ services: { key: 'smtp-servers.errors.service-gone' } });
  }
}
