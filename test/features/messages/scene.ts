import assert from 'node:assert/strict';
import type { SMTPServerOptions } from 'smtp-server';
import { Changes } from '../../../plugin/changes/changes.js';
import type { Database } from '../../../plugin/database/database.js';
import type { EngineName } from '../../../plugin/database/engine.js';
import { type OutboxFeatures, createOutbox } from '../../../plugin/features/messages/create.js';
import { parseMessage } from '../../../plugin/features/messages/message-form.js';
import type { MessageStatus } from '../../../plugin/features/messages/message.js';
import type { MessagePage } from '../../../plugin/features/messages/messages.js';
import type { SmtpServerFields } from '../../../plugin/features/smtp-servers/smtp-server.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { type MailServer, startMailServer } from '../../sending/mail-peer.js';
import { type Site, openSite } from '../../sending/site.js';
import { type TestApp, type TestWeb, openTestApp } from '../../support/app.js';
import { addAccount, addPlan, moveAccount, viewerOf } from '../../support/fixtures.js';
import { useOpened } from '../../support/opened.js';
import { useServedScene as serveScene } from '../../support/served-app.js';

export const body = {
  service: 'sales',
  to: ['anna@elsewhere.test'],
  subject: 'Your order',
  text: 'It is on its way.',
};

/** Marie, a customer of a reseller, with an outbox that sends to real servers at a time set by the test. */
export class Scene {
  readonly app: TestApp;
  readonly site: Site;
  readonly marie: Viewer;
  readonly paul: Viewer;
  readonly reseller: Viewer;
  readonly #ports = new Set<number>();
  now = Date.now();

  private constructor(
    app: TestApp,
    site: Site,
    viewers: Record<'marie' | 'paul' | 'reseller', Viewer>,
  ) {
    this.app = app;
    this.site = site;
    this.marie = viewers.marie;
    this.paul = viewers.paul;
    this.reseller = viewers.reseller;
  }

  static async open(
    engine: EngineName,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Scene> {
    const app = await openTestApp(engine, env);
    const site = await openSite();
    const planId = await addPlan(app);
    const parentId = await addAccount(app, 'reseller', { role: 'reseller' });
    const marie = await addAccount(app, 'marie', { planId, parentId });
    const paul = await addAccount(app, 'paul', { planId });
    return new Scene(app, site, {
      marie: await viewerOf(app, marie),
      paul: await viewerOf(app, paul),
      reseller: await viewerOf(app, parentId),
    });
  }

  async close(): Promise<void> {
    await this.site.stopServers();
    await this.site.close();
    await this.app.remove();
  }

  /** Deletes what an earlier test has left. */
  async clear(): Promise<void> {
    await this.site.stopServers();
    await this.app.db.knex('messages').delete();
    await this.app.db.knex('smtp_servers').delete();
    await this.app.db.knex('rate_limits').delete();
  }

  /** Another outbox on the same database, as of another process. */
  outbox(db: Database = this.app.db): OutboxFeatures {
    const { app, site } = this;
    const { resolvers, extraCa } = site.policy(0);
    return createOutbox({
      ...app,
      ...app.features,
      db,
      changes: new Changes({ db, maps: app.maps, onUnpublished: assert.ifError }),
      outgoing: { resolvers, extraCa: extraCa ?? '' },
      now: () => this.now,
    });
  }

  async startServer(options: SMTPServerOptions = {}): Promise<MailServer> {
    return await this.site.start(startMailServer({ ...this.site.certificate, ...options }));
  }

  /** A port without a listener. */
  async closedPort(): Promise<number> {
    const server = await this.startServer();
    await server.stop();
    return server.port;
  }

  /** A confirmed server on a port, Marie's by default. */
  async addServer(
    port: number,
    wanted: Partial<SmtpServerFields> = {},
    of: Viewer = this.marie,
  ): Promise<number> {
    const { app } = this;
    await this.#allow(port);
    return await app.changes.make(app.operator, async ({ tx }) => {
      const store = app.features.smtpServerStore;
      const resellerId = of === this.marie ? this.reseller.accountId : undefined;
      const owner = { id: of.accountId, resellerId };
      const fields = { ...serverFields, port, ...wanted };
      const id = await store.insert(tx, owner, fields, { password: 'secret' });
      await store.setConfirmation(tx, id, { state: 'confirmed', at: this.now, outcome: undefined });
      return id;
    });
  }

  async accept(
    { messages }: Pick<OutboxFeatures, 'messages'>,
    wanted: object = {},
    key?: string,
  ): Promise<MessageStatus> {
    const form = await parseMessage({ ...body, ...wanted });
    return await messages.accept(this.marie, form, key);
  }

  async page(id: number): Promise<MessagePage> {
    return await this.app.features.messages.page(this.marie, id);
  }

  /** Moves Marie to another reseller. */
  async moveMarie(reseller: string): Promise<void> {
    await moveAccount(this.app, this.marie.accountId, reseller);
  }

  async #allow(port: number): Promise<void> {
    const { app } = this;
    this.#ports.add(port);
    await app.features.settings.change(app.operator, {
      ...(await app.features.settings.read()),
      'smtp-allowed-hosts': ['mx.test', 'alias.test'],
      'smtp-ports': [...this.#ports].map(String),
    });
  }
}

const serverFields: SmtpServerFields = {
  title: 'Main',
  host: 'mx.test',
  port: 587,
  authentication: 'login',
  security: 'starttls',
  address: 'shop@marie.example',
  senderName: 'Marie’s shop',
  user: 'user',
  oauthClientId: '',
  oauthTokenUrl: '',
  usage: 'default',
  services: [],
  signature: '<p>Marie</p>',
};

/** Called in a `describe`: a scene for all of its tests, emptied before each. */
export function useScene(engine: EngineName): Scene {
  const scene = useOpened(() => Scene.open(engine));
  beforeEach(() => scene.clear());
  return scene;
}

/** The same, served over HTTP, with a server that sends. */
export function useServedScene(engine: EngineName): {
  readonly scene: Scene;
  readonly web: TestWeb;
} {
  const served = serveScene(() => Scene.open(engine));
  beforeEach(async () => {
    await served.scene.clear();
    await served.scene.addServer(587);
  });
  return served;
}
