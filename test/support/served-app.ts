import { type TestApp, type TestWeb, openTestApp, startTestWeb } from './app.js';

export interface ServedApp {
  readonly app: TestApp;
  readonly web: TestWeb;
}

/** Called in a `describe`: an app on an empty SQLite database, served over HTTP to all of its tests. */
export function useServedApp(): ServedApp {
  let app: TestApp;
  let web: TestWeb;
  before(async () => {
    app = await openTestApp('sqlite');
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
