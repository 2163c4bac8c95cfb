import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, openApp } from '../../plugin/app.js';
import { firstAdministrator } from '../../plugin/panel/standalone/accounts/first-administrator.js';
import { type Config, readConfig } from '../../plugin/config.js';
import type { EngineName } from '../../plugin/database/engine.js';
import { programFolder } from '../../plugin/runtime/paths.js';
import { startTestWeb } from '../support/app.js';
import { type MariadbDatabase, startMariadb } from '../support/mariadb.js';
import { freePort, isListening, startProcess, temporaryFolder } from '../support/processes.js';
import { type Size, fill } from './fill.js';

/** A filled panel with its administrator signed in. */
export interface Installation {
  readonly size: Size;
  readonly config: Config;
  readonly folder: string;
  /** The administrator's session, as a `Cookie` header. */
  readonly cookie: string;
  /** The database's own processes, if any. */
  readonly databasePids: readonly number[];
}

/** A server for requests. */
export interface Target {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

export async function createInstallation(engine: EngineName, size: Size): Promise<Installation> {
  const folder = temporaryFolder(`bench-${engine}-${size.domains}`);
  const database = engine === 'mariadb' ? await createDatabase() : undefined;
  const config = readConfig(
    { data: join(folder, 'data'), port: '0', ...(database && { database: database.url }) },
    environment,
  );
  const app = await openApp(config);
  try {
    const token = await firstAdministrator(app);
    await fill(config.database, size);
    const databasePids = config.database.engine === 'sqlite' ? [] : [await serverPid(app)];
    return { size, config, folder, cookie: await signIn(app, token), databasePids };
  } finally {
    await app.close();
  }
}

/** Gives the database server the memory that a million rows need. */
async function createDatabase(): Promise<MariadbDatabase> {
  return await (await startMariadb(2048)).createDatabase();
}

/** Another account's session, as a `Cookie` header. */
export async function cookieOf(config: Config, accountId: number): Promise<string> {
  const app = await openApp(config);
  try {
    return await signIn(app, await app.panel.signIn.createLink(accountId));
  } finally {
    await app.close();
  }
}

/** The built program in a process. */
export async function startPanel(
  installation: Installation,
  nodeArguments: readonly string[] = [],
): Promise<Target> {
  const port = await freePort();
  const started = await startProcess({
    name: 'Relais',
    command: process.execPath,
    args: [...nodeArguments, ...startArguments(installation.config, port)],
    logFile: join(installation.folder, 'panel.log'),
    isReady: () => isListening({ host: '127.0.0.1', port }),
    env: { ...process.env, ...environment },
  });
  return { port, ...started };
}

export function startArguments({ dataFolder, database }: Config, port: number): string[] {
  return [
    // As `npm start` does.
    '--max-semi-space-size=8',
    join(programFolder, 'dist', 'plugin', 'cli.js'),
    'start',
    `--port=${port}`,
    `--data=${dataFolder}`,
    ...(database.engine === 'mariadb' ? [`--database=${database.url}`] : []),
  ];
}

/** A DNS server that does not answer, so that no look-up takes time. */
export const environment = { RELAIS_LOG_LEVEL: 'error', RELAIS_RESOLVERS: '127.0.0.1:9' };

/** Stores the session in the database, so that every later process on it accepts the cookie. */
async function signIn(app: App, token: string | undefined): Promise<string> {
  const web = await startTestWeb(app);
  const response = await fetch(`${web.url}/sign-in/${token}`, {
    method: 'POST',
    redirect: 'manual',
  });
  await web.stop();
  const cookie = response.headers.getSetCookie().find((each) => each.startsWith('relais='));
  if (cookie === undefined) {
    throw new Error(`The administrator could not sign in: ${response.status}`);
  }
  return cookie.slice(0, cookie.indexOf(';'));
}

async function serverPid({ db }: App): Promise<number> {
  const row: { Value: string } = (await db.knex.raw("SHOW VARIABLES LIKE 'pid_file'"))[0][0];
  return Number(readFileSync(row.Value, 'utf8'));
}
