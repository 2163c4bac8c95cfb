import express, { type RequestHandler, Router } from 'express';
import {
  type HostSite,
  type Installation,
  type Running,
  type Site,
  pickablesOf,
} from './feature.js';
import { type Features, features, joinFeatures } from './features.js';
import type { Panel } from './panel/panel.js';
import { addPicker } from './tables/picker-route.js';
import { loadAssets } from './web/assets.js';
import { errorPages, notFound } from './web/error-pages.js';
import { logRequests } from './web/log.js';
import { ownLocations } from './web/own-locations.js';
import { Pages } from './web/pages.js';
import { problems } from './web/problems.js';
import { keyFor, keysFor } from './secrets/key-file.js';
import { Secrets } from './secrets/secrets.js';
import { ComeBacks } from './web/kept/come-back.js';
import { OwnerMarks } from './web/kept/form-owner.js';
import { KeptForms } from './web/kept/kept-forms.js';
import { ListPaths } from './web/list-paths.js';
import { RateLimits } from './web/rate-limits.js';
import { RouteTable } from './web/route-table.js';
import { neverStored, securityHeaders } from './web/security.js';
import { loadViews } from './web/views.js';
import { waysBack } from './web/way-back.js';
import { startWork } from './work.js';

export interface ExtensionParts extends Installation {
  /** Features that are already joined to the panel, as for commands; otherwise they are joined now. */
  readonly features?: Features;
}

/** The extension as a router that can be mounted under any path. */
export interface Extension {
  readonly router: Router;
  readonly routes: RouteTable;
  /** Answer hosts that are not the panel's, such as `webmail.<domain>`, under `/` and before anything else. */
  readonly hosts: RequestHandler[];
  readonly features: Features;
  /** Starts background work, such as the outbox, in each process that should do it. */
  start(): Promise<Required<Running>>;
}

/** Joins the features to a panel, subscribes them to its events, and creates their pages. */
export async function createExtension(panel: Panel, parts: ExtensionParts): Promise<Extension> {
  const joined = parts.features ?? (await joinFeatures(panel, parts));
  const router = Router();
  const assets = loadAssets();
  const { marks, kept } = keptForms(parts);
  const render = loadViews();
  const pages = new Pages({
    marks,
    kept,
    render,
    assets,
    place: parts.config,
    navigation: [...parts.manifest.navigation, ...panel.navigation],
    has: (path) => routes.has(path),
  });

  const lists = new ListPaths();
  router.use(logRequests(parts.log), securityHeaders(), waysBack(lists), ownLocations);
  router.use(assets.serve);
  const api = addApi(router, parts.log);
  const ofPanel = await panel.web();
  router.use(...ofPanel.middleware);
  // The IDs of many selected rows are one long field; the checkboxes of a page are a hundred short ones.
  router.use(express.urlencoded({ extended: false, limit: '128kb', parameterLimit: 300 }));

  const routes = new RouteTable({
    pages: router,
    signedIn: ofPanel.signedIn,
    api,
    withToken: await tokenReader(joined),
    intake: parts.intake,
    panelModule: parts.panelModule,
    lists,
    comeBacks: new ComeBacks({
      kept,
      marks,
      intake: parts.intake,
      limits: new RateLimits(parts.db),
    }),
  });
  await addFeatureRoutes({ ...parts, routes, pages }, joined);
  await ofPanel.addRoutes?.(routes, pages, joined);
  routes.addLast();

  router.use(notFound, errorPages(pages, parts.log));
  const hosts = await hostsOf({ ...parts, render, assets });
  return { router, routes, hosts, features: joined, start: () => startWork(parts, joined) };
}

/** Forms submitted after the session ended, and the marks that tell to whom each belongs. */
function keptForms({ db, config: { dataFolder } }: Pick<Installation, 'db' | 'config'>): {
  readonly marks: OwnerMarks;
  readonly kept: KeptForms;
} {
  return {
    marks: new OwnerMarks(keyFor('owners of forms', dataFolder)),
    kept: new KeptForms(db, new Secrets(keysFor('kept forms', dataFolder))),
  };
}

const belowApi = /^\/api(?:\/|$)/i;

/** Only requests of programs enter its router: one that passes a request on waits for a turn of the event loop. */
function addApi(router: Router, log: Installation['log']): Router {
  const api = Router();
  router.use('/api', neverStored);
  router.use((req, res, next) => (belowApi.test(req.path) ? api(req, res, next) : next()));
  router.use('/api', notFound, problems(log));
  return api;
}

/** Not in a router of their own, for the same reason. */
async function hostsOf(site: HostSite): Promise<RequestHandler[]> {
  const hosts = await Promise.all(features.map(async (each) => await each.hosts?.(site)));
  return hosts.filter((each) => each !== undefined);
}

/** Also adds the suggestions of pickers, since those are features' things. */
async function addFeatureRoutes(site: Installation & Site, joined: Features): Promise<void> {
  for (const each of features) {
    await each.addRoutes?.(site, joined);
  }
  for (const pickable of await pickablesOf(site.registered)) {
    addPicker(site.routes, site.db, pickable);
  }
}

/** The first feature that authenticates programs by token. */
async function tokenReader(joined: Features): Promise<RequestHandler> {
  for (const each of features) {
    const reader = await each.withToken?.(joined);
    if (reader !== undefined) {
      return reader;
    }
  }
  return notFound;
}
