import { EmailAddress } from '../../addresses/index.js';
import { type Meanwhile, changedSinceById } from '../../changes/changed-since.js';
import type { Changes } from '../../changes/changes.js';
import type { Database } from '../../database/database.js';
import { type FieldError, NotFoundError } from '../../errors.js';
import { isInternal } from '../../connecting/internal-host.js';
import type { AccountStore } from '../../panel/directory/account-store.js';
import { type Viewer, signedInAccount } from '../../viewing/viewer.js';
import { type Trial, tryConnection } from '../../sending/try-connection.js';
import { removalOf } from '../../removals/undo-step.js';
import type { RateLimits } from '../../web/rate-limits.js';
import type { Settings } from '../settings/index.js';
import { connectionTo } from './connection.js';
import type { ServerForm } from './forms.js';
import { type Logo, type LogoRefusal, readLogo } from './logo.js';
import type { LogoStore } from './logo-store.js';
import { type OutgoingConfig, smtpPolicy } from './policy.js';
import { type ServerRemoval, removalRefusal } from './removal.js';
import { ServerChange, type ServerSubject } from './server-change.js';
import { ServerCreation } from './server-creation.js';
import { type SendingService, listServices } from './services.js';
import type { SmtpServer, Unconfirmed } from './smtp-server.js';
import { forgetTroubles } from './troubles.js';
import type { SmtpServerStore } from './store.js';

/** A server with what its page shows. */
export interface ServerPage {
  readonly server: SmtpServer;
  /** The logo, or why a stored upload cannot be drawn. */
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

/** What decisions about a server rest on beside the database. */
export type ServerRulesFound = Pick<ServerSubject, 'ports' | 'policy' | 'isInternal'>;

/** The SMTP servers that mail is sent through. */
export class SmtpServers {
  readonly #parts: SmtpServersParts;
  readonly creation: ServerCreation;
  readonly fields: ServerChange;

  constructor(parts: SmtpServersParts) {
    this.#parts = parts;
    this.creation = new ServerCreation(parts);
    this.fields = new ServerChange(parts);
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

  /** Redraws an uploaded file. @throws {TooManyRequestsError} */
  async readLogo(viewer: Viewer, file: Buffer): Promise<Logo | LogoRefusal> {
    await this.#parts.limits.use(drawings, String(signedInAccount(viewer)));
    return await readLogo(file);
  }

  /**
   * @param owner the login of its owner; defaults to the viewer.
   * @returns its ID.
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
    const rules = await this.rulesFor(form);
    return await this.#parts.changes.carryOut(
      viewer,
      this.creation,
      (tx) => this.creation.read(tx, viewer, owner, { form, ...rules }),
      { form, logo },
    );
  }

  /**
   * @returns why it must be confirmed again; undefined if the change does not affect the confirmation, or there was
   * none.
   * @throws {InvalidInputError}
   * @throws {NotFoundError}
   * @throws {ConflictError} when somebody else has changed the server since `form.version`.
   */
  async change(
    viewer: Viewer,
    id: number,
    form: ServerForm,
    logo?: Logo,
  ): Promise<Unconfirmed | undefined> {
    const rules = await this.rulesFor(form);
    return await this.#parts.changes.carryOut(
      viewer,
      this.fields,
      (tx) => this.fields.read(tx, viewer, id, { form, ...rules }),
      { form, logo },
    );
  }

  /** Asks name servers, so it must not run in a transaction. */
  async rulesFor({ fields: { host } }: ServerForm): Promise<ServerRulesFound> {
    const { settings, outgoing } = this.#parts;
    const policy = await smtpPolicy(settings, outgoing);
    return {
      policy,
      ports: policy.allowedPorts.map(String),
      isInternal: await isInternal(host, policy, resolvingMs),
    };
  }

  /** What others changed after `version`, newest first. @throws {NotFoundError} */
  async meanwhile(viewer: Viewer, id: number, version: number): Promise<readonly Meanwhile[]> {
    const { ownerId, createdAt } = await this.find(viewer, id);
    return await changedSinceById(this.#parts.db, versionedActions, {
      id,
      ownerId,
      version,
      since: createdAt,
    });
  }

  /** Why the server cannot be removed, if so. @throws {NotFoundError} */
  async removalRefusal(viewer: Viewer, id: number): Promise<FieldError | undefined> {
    const { db, removal } = this.#parts;
    const asked = { viewer, wanted: undefined, facts: undefined };
    const [subject] = await removal.read(db.knex, asked, [id]);
    return removalRefusal(found(subject));
  }

  /**
   * @throws {NotFoundError}
   * @throws {ConflictError} while mail of domains or of the panel leaves through it.
   */
  async remove(viewer: Viewer, id: number): Promise<SmtpServer> {
    const { changes, removal } = this.#parts;
    return await changes.carryOutOn(viewer, removal, id, undefined);
  }

  /** The ID of the removal of the server that had this ID. */
  async removedAs(id: number): Promise<number | undefined> {
    return await removalOf(this.#parts.db.knex, 'smtp-server', id);
  }

  /** Connects and logs in, once. @throws {NotFoundError} @throws {TooManyRequestsError} */
  async try(viewer: Viewer, id: number): Promise<Trial> {
    const { db, limits } = this.#parts;
    const server = await this.find(viewer, id);
    await limits.use(trials, String(server.ownerId));
    const { endpoint, policy } = await connectionTo(server, this.#parts);
    const sender = EmailAddress.parse(server.address);
    const trial = await tryConnection(endpoint, policy, { sender });
    if (trial.outcome === 'ok') {
      await db.transaction((tx) => forgetTroubles(tx, id));
    }
    return trial;
  }
}

/** Nobody waits longer for name servers to save a form. */
const resolvingMs = 1500;

/** Limits trials, which could otherwise probe networks. */
const trials = { name: 'smtp-trial', most: 30, windowMs: 10 * 60 * 1000 };

/** Each may take two seconds of processor time. */
const drawings = { name: 'logo-drawing', most: 60, windowMs: 10 * 60 * 1000 };

const versionedActions = ['smtp-server.changed', 'smtp-server.password-changed'];

function found<Server>(server: Server | undefined): Server {
  if (server === undefined) {
    throw new NotFoundError();
  }
  return server;
}
