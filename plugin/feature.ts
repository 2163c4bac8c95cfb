import type { Command } from 'commander';
import type { RequestHandler } from 'express';
import type { AuditedThings } from './changes/audited-thing.js';
import type { Changes } from './changes/changes.js';
import type { DemoScene } from './commands/demo/scene.js';
import type { Config } from './config.js';
import type { Database } from './database/database.js';
import type { Expiry } from './database/expiry.js';
import type { AnyImportKind } from './imports/kind.js';
import type { AnyJobKind } from './jobs/kind.js';
import type { MailMaps } from './mail-server/mail-maps.js';
import type { RenderedHost } from './mail-server/options.js';
import type { Manifest } from './manifest.js';
import type { LeadingInto, Surroundings } from './panel/directory/leading-into.js';
import type { MailKind } from './panel-mail/kind.js';
import type { OverviewPart } from './panel/overview/contribution.js';
import type { PanelMail } from './panel-mail/panel-mail.js';
import type { PlanUsage, UsageOf } from './panel/directory/plan-usage.js';
import type { Panel, PanelEvents, PanelListener } from './panel/panel.js';
import type { UndoAction } from './previews/undo.js';
import type { OfferedActions } from './previews/action.js';
import type { AnyRemovedKind } from './removals/kind.js';
import type { SealedColumn } from './secrets/sealed-columns.js';
import type { Secrets } from './secrets/secrets.js';

import type { AnyPickable } from './tables/pickable.js';
import type { AnyTable } from './tables/table.js';
import type { Assets } from './web/assets.js';
import type { Intake } from './web/intake.js';
import type { Logger } from './web/log.js';
import type { ApiPart } from './web/operations.js';
import type { Pages } from './web/pages.js';
import type { Viewer } from './viewing/viewer.js';
import type { RouteTable } from './web/route-table.js';
import type { Render } from './web/views.js';

/** A command of the command line, or further verbs for one. */
export interface CommandDeclaration {
  readonly name: string;
  /** The description in the list of commands; left out if another feature has it. */
  readonly does?: string;
  /** Imports the module that adds its options or verbs; `all` are the registrations of the whole program. */
  load(): Promise<{ addTo(command: Command, all: readonly Registration[]): void }>;
}

/** All that the program needs from one of its parts. Code that not every command needs is imported on demand. */
export interface Registration {
  /** The name of its folder. */
  readonly id: string;
  readonly commands?: readonly CommandDeclaration[];
  /** @param all registrations, for lists that depend on others. */
  lists?(all: readonly Registration[]): Promise<readonly AnyTable[]>;
  /** The kinds of things that people pick by a few letters. */
  pickables?(): Promise<readonly AnyPickable[]>;
  /** The kinds of things in its audit entries, by the first half of their actions: `mailbox` of `mailbox.created`. */
  readonly audit?: AuditedThings;
  /** Rows that are deleted after a time. */
  readonly expires?: readonly Expiry[];
  /** Columns with encrypted secrets, which key rotation encrypts again. */
  readonly sealed?: readonly SealedColumn[];
  /** Signs with the newest key what older keys signed, before these are deleted; see `relais key`. */
  keysRenewed?(parts: Pick<Installation, 'config' | 'db'>): Promise<void>;
  /** The kinds of mails that it sends to people; see `panel-mail/`. */
  mails?(): Promise<readonly MailKind[]>;
  /** What programs can do with it, for the API's document; its routes are added with `RouteTable.api`. */
  api?(parts: FeatureParts): Promise<ApiPart>;
  /** What the first page shows of it: steps of a new installation, figures, and what needs attention. */
  overview?(parts: FeatureParts): Promise<OverviewPart>;
  /** Its kinds of long work; see `jobs/`. */
  jobKinds?(parts: FeatureParts): Promise<readonly AnyJobKind[]>;
  /** What its lists offer to do with selected rows, once their preview was seen. */
  offered?(parts: FeatureParts): Promise<readonly OfferedActions[]>;
  /** What can be imported from files. */
  imports?(parts: FeatureParts): Promise<readonly AnyImportKind[]>;
  /** How its audit entries are undone. */
  undoes?(parts: FeatureParts): Promise<readonly UndoAction[]>;
  /** How its things come back after their removal; see `removals/`. */
  removedKinds?(parts: FeatureParts): Promise<readonly AnyRemovedKind[]>;
  /** What forwards mail into a domain from others, as far as the scope can see: its removal's page names it. */
  leadingInto?(around: Surroundings): Promise<LeadingInto>;
  /** Columns of `domains` with an address, without a tag, whose mailbox decides whether the domain's mail is refused. */
  forwardingColumns?(): Promise<readonly string[]>;
  /** What an account uses of the limits of its plan. */
  usage?(of: UsageOf): Promise<PlanUsage>;
  /** Listens to the panel's events. */
  panelEvents?(): Promise<PanelListener>;
  /** Receives the host whose configuration was written. */
  hostRendered?(host: RenderedHost, config: Config): Promise<void>;
  /** Problems for the operator although the panel works, a line each. */
  complaints?(config: Config): Promise<readonly string[]>;
}

/** An opened installation, shared by a panel and the features. */
export interface Installation {
  readonly config: Config;
  readonly manifest: Manifest;
  readonly log: Logger;
  readonly db: Database;
  readonly changes: Changes;
  readonly maps: MailMaps;
  readonly secrets: Secrets;
  readonly intake: Intake;
  /** Mails of the panel itself. */
  readonly panelMail: PanelMail;
  /** Registrations of the features and of the panel. */
  readonly registered: readonly Registration[];
  /** The URL of the module that exports the panel's registrations, for threads. */
  readonly panelModule: string | undefined;
  close(): Promise<void>;
}

/** What features are constructed from. */
export interface FeatureParts extends Omit<Installation, 'close'> {
  readonly panel: Pick<Panel, 'viewerOf' | 'readerOf'>;
}

/** What hosts of their own are answered with. */
export interface HostSite extends Pick<Installation, 'config' | 'db' | 'log'> {
  readonly render: Render;
  readonly assets: Assets;
}

/** Where routes are added. */
export interface Site extends Pick<Installation, 'config' | 'db' | 'manifest'> {
  readonly routes: RouteTable;
  readonly pages: Pages;
}

/** Background work while the panel runs. */
export interface Running {
  /** Finishes current work and starts nothing new. */
  finish?(): Promise<void>;
  stop?(): Promise<void>;
}

/** Something that people do, with its classes as `Part`. */
export interface Feature<Part extends object = object> extends Registration {
  /** Its classes, constructed once, on first use. */
  part(parts: FeatureParts): Promise<Part>;
  addRoutes?(site: Site, part: Part): Promise<void>;
  /** Answers requests to hosts of its own before any page does, and passes on all others. */
  hosts?(site: HostSite): Promise<RequestHandler>;
  /** Authenticates a program's request. */
  withToken?(part: Part): Promise<RequestHandler>;
  /** Adds data of the whole installation of `relais demo`. */
  prepareDemo?(part: Part, operator: Viewer): Promise<void>;
  /** Adds data to a customer of `relais demo`. */
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

type Intersection<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** The parts of all of these features. */
export type PartsOf<Features extends readonly Feature[]> = Intersection<
  Awaited<ReturnType<Features[number]['part']>>
>;

/** What a feature is constructed from, with the parts of other features that it needs. */
export async function withParts<const Needed extends readonly Feature[]>(
  parts: FeatureParts,
  ...needed: Needed
): Promise<FeatureParts & PartsOf<Needed>> {
  const made: readonly object[] = await Promise.all(needed.map((each) => each.part(parts)));
  return Object.assign({ ...parts }, ...made);
}

/** What the registrations that have it give, in their order. */
export async function fromEach<Given>(
  registered: readonly Registration[],
  give: (each: Registration) => Promise<Given> | undefined,
): Promise<readonly Given[]> {
  const given = await Promise.all(registered.map(async (each) => await give(each)));
  return given.filter((each) => each !== undefined);
}

/** The actions that all registrations offer on a list. */
export async function offeredOn(table: AnyTable, parts: FeatureParts): Promise<OfferedActions> {
  const offered = await fromEach(parts.registered, (each) => each.offered?.(parts));
  const here = offered.flat().filter((each) => each.table.key === table.key);
  return { table, actions: here.flatMap(({ actions }) => actions) };
}

/** Subscribes all registrations to events of the panel. */
export async function listeningTo(
  events: PanelEvents,
  registered: readonly Registration[],
): Promise<PanelEvents> {
  for (const each of registered) {
    const listener = await each.panelEvents?.();
    if (listener !== undefined) {
      events.listen(listener);
    }
  }
  return events;
}

export function sealedIn(registered: readonly Registration[]): readonly SealedColumn[] {
  return registered.flatMap(({ sealed = [] }) => sealed);
}

export async function pickablesOf(
  registered: readonly Registration[],
): Promise<readonly AnyPickable[]> {
  return (await fromEach(registered, (each) => each.pickables?.())).flat();
}
