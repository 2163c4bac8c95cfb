import type { Command } from 'commander';
import type { App } from '../app.js';
import { type Config, type ConfigOptions, readConfig } from '../config.js';

/** The configuration from the command line and the environment. */
export function configOf(command: Command): Config {
  return readConfig(command.optsWithGlobals<ConfigOptions>(), process.env);
}

/** Runs a command's work on the opened data and closes it again. Help neither opens nor loads anything. */
export async function withApp<T>(command: Command, work: (app: App) => Promise<T>): Promise<T> {
  const { openApp } = await import('../app.js');
  const app = await openApp(configOf(command));
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}
