import type { Command } from 'commander';
import type { RequestHandler } from 'express';
import type { AuditedThings } from './changes/audited-thing.js';
import type { Changes } from './changes/changes.js';
import type { DemoScene } from './commands/demo/scene.js';
import type { Config } from './config.js';
import type { Database } from './database/database.js';
import type { Expiry } from './database/expiry.js';
import type { AnyJobKind } from './jobs/kind.js';
import type { MailMaps } from './mail-server/mail-maps.js';
import type { MailPorts } from './mail-server/options.js';
import type { Manifest } from './manifest.js';
import type { Panel, PanelListener } from './panel/panel.js';
import type { SealedColumn } from './secrets/sealed-columns.js';
import type { Secrets } from './secrets/secrets.js';
import type { AnyPickable } from './tables/pickable.js';
import type { AnyTable } from './tables/table.js';
import type { Intake } from './web/intake.js';
import type { Logger } from './web/log.js';
import type { Pages } from './web/pages.js';
import type { RouteTable } from './web/route-table.js';

/** A command of the command line, or more verbs for one. */
export interface CommandDeclaration {
  readonly name: string;
  /** For the list of commands; left out where another feature says it. */
  readonly does?: string;
  /** Gives what adds its options or verbs. */
  load(): Promise<(command: Command) => void>;
}

/** What the program needs to know of one of its parts. Code that not every command needs is imported when it is asked for. */
export interface Registration {
  /** The name of its folder. */
  readonly id: string;
  readonly commands?: readonly CommandDeclaration[];
  /** @param all of the registrations, for a list that shows what others bring. */
  lists?(all: readonly Registration[]): Promise<readonly AnyTable[]>;
  /** The kinds of things that people pick by a few letters. */
  pickables?(): Promise<readonly AnyPickable[]>;
  /** The things that its audit entries are about, by the first half of their actions: `mailbox` of `mailbox.created`. */
  readonly audit?: AuditedThings;
  /** Rows that are swept once their time is over. */
  readonly expires?: readonly Expiry[];
  /** Columns with encrypted secrets, which move to a new key with all others. */
  readonly sealed?: readonly SealedColumn[];
  /** The kinds of long work that it has; see `jobs/`. */
  jobKinds?(parts: FeatureParts): Promise<readonly AnyJobKind[]>;
  /** Listens to the panel. */
  panelEvents?(): Promise<PanelListener>;
  /** Hears on which ports mail programs find a host whose configuration is written. */
  hostRendered?(ports: MailPorts, config: Config): Promise<void>;
  /** What an operator should see to although the panel works, a line each. */
  complaints?(config: Config): Promise<readonly string[]>;
}

/** An installation as it was opened, which a panel and the features share. */
export interface Installation {
  readonly config: Config;
  readonly manifest: Manifest;
  readonly log: Logger;
  readonly db: Database;
  readonly changes: Changes;
  readonly maps: MailMaps;
  readonly secrets: Secrets;
  readonly intake: Intake;
  /** Of the features, and of the panel. */
  readonly registered: readonly Registration[];
  close(): Promise<void>;
}

/** What features are made from. */
export interface FeatureParts extends Omit<Installation, 'close'> {
  readonly panel: Pick<Panel, 'viewerOf'>;
}

/** Where routes are added. */
interface Site extends Pick<Installation, 'config' | 'db' | 'manifest'> {
  readonly routes: RouteTable;
  readonly pages: Pages;
}

/** Work that goes on while the panel runs. */
export interface Running {
  /** Ends what is in hand and begins nothing new. */
  finish?(): Promise<void>;
  stop?(): Promise<void>;
}

/** Something that people do, with its classes as `Part`. */
export interface Feature<Part extends object = object> extends Registration {
  /** Its classes, made once, by the composition or by another feature that asks first. */
  part(parts: FeatureParts): Promise<Part>;
  addRoutes?(site: Site, part: Part): Promise<void>;
  /** Finds out whom a program's request speaks for. */
  withToken?(part: Part): Promise<RequestHandler>;
  /** Adds to a customer of `relais demo`. */
  fillDemo?(part: Part, scene: DemoScene): Promise<void>;
  start?(part: Part, parts: Pick<Installation, 'config' | 'db' | 'log'>): Promise<Running>;
}

interface Declared<Part extends object> extends Omit<Feature<Part>, 'part'> {
  create(parts: FeatureParts): Promise<Part>;
}

export function feature<Part extends object>(declared: Declared<Part>): Feature<Part> {
  const made = new WeakMap<FeatureParts, Promise<Part>>();
  return {
    ...declared,
    part(parts) {
      const part = made.get(parts) ?? declared.create(parts);
      made.set(parts, part);
      return part;
    },
  };
}

export function sealedIn(registered: readonly Registration[]): readonly SealedColumn[] {
  return registered.flatMap(({ sealed = [] }) => sealed);
}
