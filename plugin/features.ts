import {
  type Feature,
  type FeatureParts,
  type Installation,
  type PartsOf,
  type Registration,
  type Running,
  fromEach,
  listeningTo,
} from './feature.js';
import { apiTokens } from './features/api-tokens/feature.js';
import { audit } from './features/audit/feature.js';
import { domainMail } from './features/domain-mail/feature.js';
import { domains } from './features/domains/feature.js';
import { exportedLists } from './features/exports/feature.js';
import { find } from './features/find/feature.js';
import { imports } from './features/imports/feature.js';
import { jobs } from './features/jobs/feature.js';
import { mailboxes } from './features/mailboxes/feature.js';
import { panelMail } from './features/panel-mail/feature.js';
import { previews } from './features/previews/feature.js';
import { messages } from './features/messages/feature.js';
import { overview } from './features/overview/feature.js';
import { removed } from './features/removed/feature.js';
import { settings } from './features/settings/feature.js';
import { smtpServers } from './features/smtp-servers/feature.js';
import { webmail } from './features/webmail/feature.js';
import type { Panel } from './panel/panel.js';
import type { AnyTable } from './tables/table.js';
import { settle } from './runtime/settle.js';
import { endedRateLimits } from './web/ended-rate-limits.js';
import { endedKeptForms } from './web/kept/ended-kept-forms.js';

/** The features. Express tries their routes in this order, so the most requested come first. */
export const features = [
  domainMail,
  mailboxes,
  smtpServers,
  domains,
  messages,
  apiTokens,
  audit,
  removed,
  jobs,
  previews,
  imports,
  find,
  overview,
  exportedLists,
  settings,
  panelMail,
  webmail,
] as const;

const rateLimits: Registration = { id: 'rate-limits', expires: [endedRateLimits] };
const keptForms: Registration = { id: 'kept-forms', expires: [endedKeptForms] };

/** All registrations, which need no panel. */
export const registrations: readonly Registration[] = [...features, rateLimits, keptForms];

/** All registrations, with those that a panel's module exports. */
export async function registeredWith(
  panelModule: string | undefined,
): Promise<readonly Registration[]> {
  if (panelModule === undefined) {
    return registrations;
  }
  const ofPanel: { readonly registrations: readonly Registration[] } = await import(panelModule);
  return [...registrations, ...ofPanel.registrations];
}

/** The classes of all features, for pages and commands. */
export type Features = PartsOf<typeof features>;

export async function createFeatures(parts: FeatureParts): Promise<Features> {
  const made: readonly object[] = await Promise.all(features.map((each) => each.part(parts)));
  return Object.assign({}, ...made);
}

/** Constructs the features for a panel and subscribes them to its events. */
export async function joinFeatures(panel: Panel, installation: Installation): Promise<Features> {
  await listeningTo(panel.events, installation.registered);
  return await createFeatures({ ...installation, panel });
}

/** Starts background work. If some of it cannot start, what has begun ends again. */
export async function startFeatures(
  made: Features,
  installation: Pick<Installation, 'config' | 'db' | 'log'>,
  started: readonly Pick<Feature<Features>, 'start'>[] = features,
): Promise<Required<Running>> {
  const running: Running[] = [];
  const finish = (): Promise<void> => settle(running.map((each) => () => each.finish?.()));
  const stop = (): Promise<void> => settle(running.map((each) => () => each.stop?.()));
  try {
    for (const each of started) {
      running.push((await each.start?.(made, installation)) ?? {});
    }
  } catch (error) {
    await Promise.allSettled([finish()]);
    await Promise.allSettled([stop()]);
    throw error;
  }
  return { finish, stop };
}

export async function listsOf(registered: readonly Registration[]): Promise<readonly AnyTable[]> {
  return (await fromEach(registered, (each) => each.lists?.(registered))).flat();
}
