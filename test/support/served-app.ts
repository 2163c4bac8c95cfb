import type { EngineName } from '../../plugin/database/engine.js';
import { type TestApp, type TestWeb, openTestApp, startTestWeb } from './app.js';

export interface ServedApp {
  readonly app: TestApp;
  readonly web: TestWeb;
}

/** Called in a `describe`: an app on an empty database, served over HTTP for all of its tests. */
export function useServedApp(
  engine: EngineName = 'sqlite',
  env: Readonly<Record<string, string>> = {},
): ServedApp {
  let app: TestApp;
  let web: TestWeb;
  before(async () => {
    app = await openTestApp(engine, env);
    web = await startTestWeb(app);
  });
  after(async () => {
    await web.stop();
    await app.remove();
  });
  return {
    get app() {
      return app;
    },
    get web() {
      return web;
    },
  };
}
