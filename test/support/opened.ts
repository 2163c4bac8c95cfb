import type { EngineName } from '../../plugin/database/engine.js';
import { type TestApp, openTestApp } from './app.js';

interface Closable {
  close?(): Promise<void>;
}

/** Called in a `describe`: opens something before its tests and closes it after them. */
export function useOpened<T extends Closable>(open: () => Promise<T>, close?: Close<T>): T {
  return openedBy({ opening: before, closing: after }, open, close);
}

/** The same for each test. */
export function useOpenedEach<T extends Closable>(open: () => Promise<T>, close?: Close<T>): T {
  return openedBy({ opening: beforeEach, closing: afterEach }, open, close);
}

type Close<T> = (opened: T) => Promise<void>;

function openedBy<T extends Closable>(
  hooks: Readonly<Record<'opening' | 'closing', (work: () => Promise<void>) => void>>,
  open: () => Promise<T>,
  close: Close<T> = async (each) => await each.close?.(),
): T {
  let opened: T;
  let closing: (() => Promise<void>) | undefined;
  hooks.opening(async () => {
    opened = await open();
    closing = () => close(opened);
  });
  // Does nothing when it could not be opened, which is the error to report.
  hooks.closing(async () => await closing?.());
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
