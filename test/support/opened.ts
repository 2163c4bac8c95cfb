import type { EngineName } from '../../plugin/database/engine.js';
import { type TestApp, openTestApp } from './app.js';

interface Closable {
  close?(): Promise<void>;
}

/** Called in a `describe`: opens something before its tests and closes it after them. */
export function useOpened<T extends Closable>(
  open: () => Promise<T>,
  close = async (opened: T): Promise<void> => opened.close?.(),
): T {
  let opened: T;
  before(async () => {
    opened = await open();
  });
  after(() => close(opened));
  return standIn(() => opened);
}

/** The same for each test. */
export function useOpenedEach<T extends Closable>(
  open: () => Promise<T>,
  close = async (opened: T): Promise<void> => opened.close?.(),
): T {
  let opened: T;
  beforeEach(async () => {
    opened = await open();
  });
  afterEach(() => close(opened));
  return standIn(() => opened);
}

/** Called in a `describe`: an app on an empty database for all of its tests. */
export function useTestApp(engine: EngineName = 'sqlite'): TestApp {
  return useOpened(
    () => openTestApp(engine),
    (app) => app.remove(),
  );
}

/** The same with a new one for each test. */
export function useTestAppEach(engine: EngineName = 'sqlite'): TestApp {
  return useOpenedEach(
    () => openTestApp(engine),
    (app) => app.remove(),
  );
}

/** A proxy for something that is opened later. */
export function standIn<T extends object>(current: () => T): T {
  const handler: ProxyHandler<T> = {
    get(_target, key) {
      const opened = current();
      const value: unknown = Reflect.get(opened, key, opened);
      return typeof value === 'function' ? value.bind(opened) : value;
    },
    set: (_target, key, value) => Reflect.set(current(), key, value),
    has: (_target, key) => Reflect.has(current(), key),
    ownKeys: () => Reflect.ownKeys(current()),
    getOwnPropertyDescriptor(_target, key) {
      const found = Reflect.getOwnPropertyDescriptor(current(), key);
      return found && { ...found, configurable: true };
    },
  };
  return new Proxy<T>(Object.create(null), handler);
}
