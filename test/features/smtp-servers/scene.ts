import type { EngineName } from '../../../plugin/database/engine.js';
import { parseServerForm } from '../../../plugin/features/smtp-servers/forms.js';
import { readLogo } from '../../../plugin/features/smtp-servers/logo.js';
import type { Viewer } from '../../../plugin/viewing/viewer.js';
import { type TestApp, type TestWeb, openTestApp, startTestWeb } from '../../support/app.js';
import { addAccount, addPlan, viewerOf } from '../../support/fixtures.js';
import { useOpened } from '../../support/opened.js';
import { Visitor } from '../../support/visitor.js';

export type Typed = Readonly<Record<string, string>>;

/** A valid form. */
export const good: Typed = {
  title: 'Office',
  host: 'smtp.provider.example',
  port: '587',
  security: 'starttls',
  authentication: 'login',
  user: 'office',
  password: 'Pa55-of-office',
  address: 'office@shop.example',
  senderName: 'The Shop',
  usage: 'default',
  signature: '<p>Marie <b>Morel</b></p>',
};

export const services = ['purchasing', 'sales', 'production'];

export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** Marie and Paul, each with servers of their own. */
export class Scene {
  readonly app: TestApp;
  readonly web: TestWeb;
  readonly planId: number;
  readonly marie: Viewer;
  readonly paul: Viewer;
  readonly mariesBrowser: Visitor;
  readonly paulsBrowser: Visitor;

  private constructor(
    app: TestApp,
    web: TestWeb,
    people: Pick<Scene, 'planId' | 'marie' | 'paul' | 'mariesBrowser' | 'paulsBrowser'>,
  ) {
    this.app = app;
    this.web = web;
    this.planId = people.planId;
    this.marie = people.marie;
    this.paul = people.paul;
    this.mariesBrowser = people.mariesBrowser;
    this.paulsBrowser = people.paulsBrowser;
  }

  static async open(engine: EngineName, env: Typed = {}): Promise<Scene> {
    const app = await openTestApp(engine, env);
    const web = await startTestWeb(app);
    const planId = await addPlan(app);
    const marieId = await addAccount(app, 'marie', { planId, locale: 'fr' });
    const paulId = await addAccount(app, 'paul', { planId });
    return new Scene(app, web, {
      planId,
      marie: await viewerOf(app, marieId),
      paul: await viewerOf(app, paulId),
      mariesBrowser: await Visitor.signedIn(web, app, marieId),
      paulsBrowser: await Visitor.signedIn(web, app, paulId),
    });
  }

  async close(): Promise<void> {
    await this.web.stop();
    await this.app.remove();
  }

  /** Deletes what an earlier test has left. */
  async clear(): Promise<void> {
    for (const table of ['domains', 'smtp_servers', 'jobs', 'audit_entries']) {
      await this.app.db.knex(table).delete();
    }
  }

  readonly add = async (viewer: Viewer, typed: Typed = {}, logo?: Buffer): Promise<number> => {
    const read = logo && (await readLogo(logo));
    return await this.app.features.smtpServers.create(
      viewer,
      parseServerForm({ ...good, ...typed }, services),
      typeof read === 'object' ? { logo: read } : {},
    );
  };

  /** Adds a server whose host has become internal since it was saved. */
  readonly addInternal = async (viewer: Viewer): Promise<number> => {
    const id = await this.add(viewer);
    await this.app.db.knex('smtp_servers').where({ id }).update({ host: '127.0.0.1' });
    return id;
  };

  /** Saves the form with these changes; the password stays unless it is given. */
  readonly change = async (viewer: Viewer, id: number, typed: Typed): Promise<void> => {
    const { version } = await this.app.features.smtpServers.find(viewer, id);
    const form = { ...good, password: '', version: String(version), ...typed };
    await this.app.features.smtpServers.change(viewer, id, parseServerForm(form, services));
  };

  readonly allow = async (host: string, port: number): Promise<void> => {
    const { settings } = this.app.features;
    await settings.change(this.app.operator, {
      ...(await settings.read()),
      'smtp-allowed-hosts': [host],
      'smtp-ports': ['25', '465', '587', '2525', String(port)],
    });
  };

  /** The actions recorded of a server, in order. */
  readonly audited = async (id: number): Promise<readonly string[]> => {
    const entries = await this.app.db
      .knex<{ id: number; action: string; before: string; after: string }>('audit_entries')
      .orderBy('id');
    return entries
      .filter((each) => `${each.before} ${each.after}`.includes(`"id":${id}`))
      .map(({ action }) => action);
  };
}

/** Called in a `describe`: a scene for all of its tests, emptied before each. */
export function useScene(engine: EngineName): Scene {
  const scene = useOpened(() => Scene.open(engine));
  beforeEach(() => scene.clear());
  return scene;
}
