import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { programFolder } from '../../plugin/runtime/paths.js';
import { findSources } from '../../plugin/runtime/threads.js';
import { type TestApp, type TestWeb, openTestApp, startTestWeb } from '../support/app.js';
import {
  type Looks,
  type StorageState,
  openContext,
  startBrowser,
  usualLooks,
} from '../support/browser.js';
import { startResolver } from '../support/mail/resolver.js';
import { type Sample, domains, fillSample } from './sample.js';

export type Who = Exclude<keyof Sample, 'ids'>;

/** A running installation with sample data, and a browser. */
export interface Site {
  readonly app: TestApp;
  readonly web: TestWeb;
  readonly sample: Sample;
  readonly browser: Browser;
  /** A signed-in context, shared by later tests with the same account and looks. */
  contextOf(who: Who | 'visitor', looks?: Partial<Looks>): Promise<BrowserContext>;
  /** A new context, for the caller to close. */
  newContext(who: Who | 'visitor', looks?: Partial<Looks>): Promise<BrowserContext>;
  stop(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  buildAssets();
  const resolver = await startResolver({
    [domains.usual]: '127.0.0.1',
    [domains.off]: '192.0.2.10',
    [domains.forward]: '192.0.2.10',
  });
  const server = readFileSync(resolver.resolvConf, 'utf8').replace('nameserver', '').trim();
  const app = await openTestApp('sqlite', { RELAIS_RESOLVERS: server, RELAIS_LOG_LEVEL: 'error' });
  const [sample, web, browser] = [
    await fillSample(app),
    await startTestWeb(app),
    await startBrowser(),
  ];
  const states = new Map<Who, Promise<StorageState>>();
  const kept = new Map<string, Promise<BrowserContext>>();

  const stateOf = (who: Who): Promise<StorageState> => {
    const known = states.get(who) ?? signIn(browser, web, app, sample[who].id);
    states.set(who, known);
    return known;
  };
  const newContext: Site['newContext'] = async (who, looks) =>
    openContext(browser, looks, who === 'visitor' ? undefined : await stateOf(who));

  return {
    app,
    web,
    sample,
    browser,
    newContext,
    contextOf(who, looks = {}) {
      const key = JSON.stringify([who, { ...usualLooks, ...looks }]);
      const known = kept.get(key) ?? newContext(who, looks);
      kept.set(key, known);
      return known;
    },
    async stop() {
      await browser.close();
      await web.stop();
      await app.remove();
      await resolver.stop();
    },
  };
}

async function signIn(
  browser: Browser,
  web: TestWeb,
  app: TestApp,
  accountId: number,
): Promise<StorageState> {
  const context = await openContext(browser);
  const page = await context.newPage();
  await page.goto(`${web.url}/sign-in/${await app.panel.signIn.createLink(accountId)}`);
  await page.locator('.sign-in button').click();
  await page.locator('.sign-in').waitFor({ state: 'detached' });
  const state = await context.storageState();
  await context.close();
  return state;
}

/** Rebuilds, so that pages match the sources, even just edited ones. */
function buildAssets(): void {
  const built = statSync(join(programFolder, 'dist', 'assets.json'), {
    throwIfNoEntry: false,
  });
  const views = join(programFolder, 'views');
  const newest = Math.max(
    ...readdirSync(views, { recursive: true, encoding: 'utf8' }).map(
      (file) => statSync(join(views, file)).mtimeMs,
    ),
  );
  if (built === undefined || built.mtimeMs < newest) {
    execFileSync(process.execPath, ['--import', findSources, 'plugin/web/build-assets.ts'], {
      cwd: programFolder,
    });
  }
}
