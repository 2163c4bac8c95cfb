import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import type { EngineName } from '../../plugin/database/engine.js';
import type { ErrorArgs } from '../../plugin/errors.js';
import { type OutboxFeatures, createOutbox } from '../../plugin/features/messages/create.js';
import { testMail } from '../../plugin/features/panel-mail/test-mail.js';
import type { PanelMailChoice } from '../../plugin/features/panel-mail/store.js';
import type { MailToAccount, MailToAddress } from '../../plugin/panel-mail/panel-mail.js';
import type { Locale } from '../../plugin/viewing/locale.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { createIssuer } from '../connecting/certificates.js';
import { type MailServer, startMailServer } from '../sending/mail-peer.js';
import { type TestApp, openTestApp } from '../support/app.js';
import { addAccount, addPlan, viewerOf } from '../support/fixtures.js';
import { useOpened } from '../support/opened.js';
import { temporaryFolder } from '../support/processes.js';

export const publicUrl = 'https://panel.provider.example/mail/';

interface More {
  readonly fields?: ErrorArgs;
  readonly path?: string;
  readonly then?: () => Promise<unknown>;
}

async function nothing(): Promise<void> {}

/** An installation whose administrator Anna has a confirmed SMTP server, which is a real one. */
export class MailScene {
  readonly app: TestApp;
  readonly anna: Viewer;
  /** A customer. */
  readonly marie: Viewer;
  readonly #issuer: ReturnType<typeof createIssuer>;
  #server: MailServer | undefined;
  serverId = 0;

  private constructor(
    app: TestApp,
    viewers: Record<'anna' | 'marie', Viewer>,
    issuer: ReturnType<typeof createIssuer>,
  ) {
    this.app = app;
    this.anna = viewers.anna;
    this.marie = viewers.marie;
    this.#issuer = issuer;
  }

  static async open(engine: EngineName): Promise<MailScene> {
    const issuer = createIssuer();
    const folder = temporaryFolder('panel-mail');
    const file = join(folder, 'ca.pem');
    writeFileSync(file, issuer.ca);
    const env = { RELAIS_SMTP_CA: file, RELAIS_PUBLIC_URL: publicUrl };
    const app = await openTestApp(engine, env, folder);
    const anna = await addAccount(app, 'anna', { role: 'administrator' });
    const marie = await addAccount(app, 'marie', { planId: await addPlan(app) });
    const viewers = { anna: await viewerOf(app, anna), marie: await viewerOf(app, marie) };
    return new MailScene(app, viewers, issuer);
  }

  /** The certificate of the mail server's issuer, for other processes. */
  get caFile(): string {
    return join(dirname(this.app.config.dataFolder), 'ca.pem');
  }

  get server(): MailServer {
    if (this.#server === undefined) {
      throw new Error('No mail server runs.');
    }
    return this.#server;
  }

  /** Removes what an earlier test has left, and chooses Anna's server. */
  async begin(): Promise<void> {
    const { knex } = this.app.db;
    for (const table of [
      'panel_mails',
      'panel_mail_settings',
      'muted_mails',
      'messages',
      'jobs',
      'smtp_servers',
      'rate_limits',
    ]) {
      await knex(table).delete();
    }
    await knex('accounts').update({ locale: null, suspended: 0 });
    for (const { accountId: id, login } of [this.anna, this.marie]) {
      await knex('accounts')
        .where({ id })
        .update({ email: `${login}@provider.example` });
    }
    await this.#server?.stop();
    this.#server = await startMailServer(this.#issuer.issue('IP:127.0.0.1'));
    const { settings } = this.app.features;
    await settings.change(this.app.operator, {
      ...(await settings.read()),
      'smtp-allowed-hosts': ['127.0.0.1'],
      'smtp-ports': [String(this.#server.port)],
    });
    this.serverId = await this.addServer({ title: 'Office' });
    await this.choose({ way: 'server', serverId: this.serverId });
  }

  /** Starts the mail server again, at the same port. */
  async restartServer(): Promise<void> {
    const { port } = this.server;
    this.#server = await startMailServer(this.#issuer.issue('IP:127.0.0.1'), { port });
  }

  /** A confirmed server at the mail server's port, Anna's by default. */
  async addServer(wanted: { readonly title: string }, of = this.anna): Promise<number> {
    const { app } = this;
    return await app.changes.make(app.operator, async ({ tx }) => {
      const store = app.features.smtpServerStore;
      const owner = { id: of.accountId, resellerId: undefined };
      const fields = { ...serverFields, port: this.server.port, ...wanted };
      const id = await store.insert(tx, owner, fields, { password: 'secret' });
      await store.setConfirmation(tx, id, { state: 'confirmed', at: 0, outcome: undefined });
      return id;
    });
  }

  async choose(choice: Partial<PanelMailChoice>): Promise<void> {
    const none = { way: 'none', serverId: undefined, address: undefined, name: undefined } as const;
    await this.app.features.panelMailSettings.change(this.anna, { ...none, ...choice });
  }

  /** Queues a test mail in a transaction, after which `then` runs in the same one. */
  async queue(
    to: Pick<MailToAccount, 'accountId'> | Pick<MailToAddress, 'address' | 'locale'>,
    { fields = {}, path = '/settings', then = nothing }: More = {},
  ): Promise<boolean> {
    const { app } = this;
    return await app.changes.make(app.operator, async (changing) => {
      const said = { kind: testMail, path, fields: { name: 'Anna', panel: 'Provider', ...fields } };
      const isQueued = await app.panelMail.queue(changing, { ...said, ...to });
      await then();
      return isQueued;
    });
  }

  async speak(locale: Locale | null, { accountId: id }: Viewer): Promise<void> {
    await this.app.db.knex('accounts').where({ id }).update({ locale });
  }

  /** The outbox of another process. */
  process(): OutboxFeatures {
    return createOutbox({ ...this.app, ...this.app.features });
  }

  /** Sends what is queued. */
  async drain({ outbox }: OutboxFeatures = this.process()): Promise<void> {
    await outbox.drain();
  }

  /** The mails that arrived, parsed. */
  async arrived(): Promise<readonly Email[]> {
    return await Promise.all(this.server.messages.map((message) => PostalMime.parse(message)));
  }

  async close(): Promise<void> {
    await this.#server?.stop();
    this.#issuer.remove();
    await this.app.remove();
  }
}

export const serverFields = {
  title: 'Office',
  host: '127.0.0.1',
  authentication: 'login',
  security: 'starttls',
  address: 'panel@provider.example',
  senderName: 'Provider',
  user: 'user',
  oauthClientId: '',
  oauthTokenUrl: '',
  usage: 'default',
  services: [],
  signature: '<p>Signed</p>',
} as const;

/** Called in a `describe`: a scene for all of its tests, emptied before each. */
export function useMailScene(engine: EngineName): MailScene {
  const scene = useOpened(() => MailScene.open(engine));
  beforeEach(() => scene.begin());
  return scene;
}
