import type { EngineName } from '../../../plugin/database/engine.js';
import { type TestWeb, startTestWeb } from '../../support/app.js';
import { Visitor } from '../../support/visitor.js';
import { Scene } from './scene.js';

/** The scene over HTTP: its people with their browsers. */
export class Pages {
  readonly scene: Scene;
  readonly web: TestWeb;
  readonly marie: Visitor;
  readonly paul: Visitor;
  readonly admin: Visitor;

  private constructor(
    scene: Scene,
    web: TestWeb,
    people: { readonly marie: Visitor; readonly paul: Visitor; readonly admin: Visitor },
  ) {
    this.scene = scene;
    this.web = web;
    this.marie = people.marie;
    this.paul = people.paul;
    this.admin = people.admin;
  }

  static async open(engine: EngineName): Promise<Pages> {
    const scene = await Scene.open(engine);
    const { app } = scene;
    const adminId = await app.changes.make(app.operator, ({ tx }) =>
      app.panel.accountStore.insert(tx, {
        role: 'administrator',
        login: 'root',
        name: 'Root',
        email: 'root@owners.example',
      }),
    );
    const web = await startTestWeb(app);
    return new Pages(scene, web, {
      marie: await Visitor.signedIn(web, app, scene.marie.accountId),
      paul: await Visitor.signedIn(web, app, scene.paul.accountId),
      admin: await Visitor.signedIn(web, app, adminId),
    });
  }

  async close(): Promise<void> {
    await this.web.stop();
    await this.scene.app.remove();
  }

  /** All rows that the forms could have changed. */
  async stored(): Promise<unknown> {
    const { knex } = this.scene.app.db;
    const tables = ['mailboxes', 'aliases', 'alias_targets', 'audit_entries'];
    return await Promise.all(tables.map((table) => knex(table).orderBy(1)));
  }
}

/** A locale key, which a page shows when a text is missing. */
export const rawKey = /(errors|mailboxes|aliases|own-mailbox|form|table)\.[a-z-]+(\.[a-z-]+)*</;

export const naughtyAddresses: readonly (readonly [why: string, text: string])[] = [
  ['nothing', ''],
  ['spaces', '   '],
  ['an address of another domain', 'a@elsewhere.test'],
  ['an address of a domain of somebody else', 'a@paul.example'],
  ['255 characters', 'a'.repeat(255)],
  ['255 characters in all', `${'a'.repeat(240)}@marie.example`],
  ['markup', '<script>alert(1)</script>'],
  ['a line break', 'a\nb'],
  ['NUL', 'a\0b'],
  ['an accent', 'hélène'],
  ['a lookalike', 'аdmin'],
  ['an invisible character', 'ad\u200bmin'],
  ['a command', '|id'],
  ['a quoted local part', '"a b"'],
  ['a catch-all', '@marie.example'],
  ['an asterisk', '*'],
  ['a folder', '../../etc'],
  ['a tag', 'a+b'],
  ['two at signs', 'a@b@marie.example'],
  ['a sequence of RTL override', 'a\u202eb'],
];
