import PostalMime, { type Email } from 'postal-mime';
import type { EngineName } from '../../plugin/database/engine.js';
import type { ErrorArgs } from '../../plugin/errors.js';
import type { OutboxFeatures } from '../../plugin/features/messages/create.js';
import { testMail } from '../../plugin/features/panel-mail/test-mail.js';
import type { PanelMailChoice } from '../../plugin/features/panel-mail/store.js';
import type { MailToAccount, MailToAddress } from '../../plugin/panel-mail/panel-mail.js';
import type { Viewer } from '../../plugin/viewing/viewer.js';
import { Scene as OutboxScene } from '../features/messages/scene.js';
import type { MailServer } from '../sending/mail-peer.js';
import { addAccount, viewerOf } from '../support/fixtures.js';
import { useOpened } from '../support/opened.js';

export const publicUrl = 'https://panel.provider.example/mail/';

interface More {
  readonly fields?: ErrorArgs;
  readonly path?: string;
  readonly then?: () => Promise<unknown>;
}

async function nothing(): Promise<void> {}

/** An installation whose administrator Anna has a confirmed SMTP server, which is a real one. */
export class MailScene {
  readonly outbox: OutboxScene;
  readonly anna: Viewer;
  server: MailServer | undefined;
  serverId = 0;

  private constructor(outbox: OutboxScene, anna: Viewer) {
    this.outbox = outbox;
    this.anna = anna;
  }

  static async open(engine: EngineName): Promise<MailScene> {
    const outbox = await OutboxScene.open(engine, { RELAIS_PUBLIC_URL: publicUrl });
    const id = await addAccount(outbox.app, 'anna', { role: 'administrator' });
    return new MailScene(outbox, await viewerOf(outbox.app, id));
  }

  get app(): OutboxScene['app'] {
    return this.outbox.app;
  }

  /** Removes what an earlier test has left, and chooses Anna's server. */
  async begin(): Promise<void> {
    for (const table of ['panel_mails', 'panel_mail_settings', 'muted_mails']) {
      await this.app.db.knex(table).delete();
    }
    await this.outbox.clear();
    this.server = await this.outbox.startServer();
    const wanted = { title: 'Office', address: 'panel@provider.example', senderName: 'Provider' };
    this.serverId = await this.outbox.addServer(this.server.port, wanted, this.anna);
    await this.choose({ way: 'server', serverId: this.serverId });
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

  /** Sends what is queued, as another process would. */
  async drain(process: OutboxFeatures = this.outbox.outbox()): Promise<void> {
    await process.outbox.drain();
  }

  /** The mails that arrived, parsed. */
  async arrived(): Promise<readonly Email[]> {
    const messages = this.server?.messages ?? [];
    return await Promise.all(messages.map((message) => PostalMime.parse(message)));
  }

  async close(): Promise<void> {
    await this.outbox.close();
  }
}

/** Called in a `describe`: a scene for all of its tests, emptied before each. */
export function useMailScene(engine: EngineName): MailScene {
  const scene = useOpened(() => MailScene.open(engine));
  beforeEach(() => scene.begin());
  return scene;
}
