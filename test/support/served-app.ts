import type { EngineName } from '../../plugin/database/engine.js';
import { type TestApp, type TestWeb, openTestApp, startTestWeb } from './app.js';
import { standIn, useOpened, useOpenedEach } from './opened.js';

interface Scene {
  readonly app: TestApp;
  close(): Promise<void>;
}

interface ServedApp {
  readonly app: TestApp;
  readonly web: TestWeb;
  close(): Promise<void>;
}

/** Called in a `describe`: an app on an empty database, served over HTTP for all of its tests. */
export function useServedApp(
  engine: EngineName = 'sqlite',
  env: Readonly<Record<string, string>> = {},
): Pick<ServedApp, 'app' | 'web'> {
  return partsOf(useOpened(() => serve(engine, env)));
}

/** The same, a new one for each test. */
export function useServedAppEach(
  engine: EngineName = 'sqlite',
  env: Readonly<Record<string, string>> = {},
): Pick<ServedApp, 'app' | 'web'> {
  return partsOf(useOpenedEach(() => serve(engine, env)));
}

/** A scene whose app is served over HTTP for all of its tests. */
export function useServedScene<S extends Scene>(
  open: () => Promise<S>,
): { readonly scene: S; readonly web: TestWeb } {
  const opened = useOpened(async () => {
    const scene = await open();
    const web = await startTestWeb(scene.app);
    const close = async (): Promise<void> => {
      await web.stop();
      await scene.close();
    };
    return { scene, web, close };
  });
  return { scene: standIn(() => opened.scene), web: standIn(() => opened.web) };
}

async function serve(
  engine: EngineName,
  env: Readonly<Record<string, string>>,
): Promise<ServedApp> {
  const app = await openTestApp(engine, env);
  const web = await startTestWeb(app);
  return {
    app,
    web,
    async close() {
      await web.stop();
      await app.remove();
    },
  };
}

/** Parts that can be named before the app is open. */
function partsOf(served: ServedApp): Pick<ServedApp, 'app' | 'web'> {
  return { app: standIn(() => served.app), web: standIn(() => served.web) };
}
