import type { Server } from 'node:http';
import { type Server as Listening, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { App } from '../app.js';
import { StartError } from '../errors.js';
import type { Running } from '../feature.js';
import { firstAdministrator } from '../panel/standalone/accounts/first-administrator.js';
import { keepCompiledCode } from '../runtime/compiled-code.js';
import { configOf } from './options.js';
import { panelUrl, signInUrl } from '../web/panel-url.js';

type Address = Pick<App['config'], 'host' | 'port'>;

const stopWithinMs = 9_000;

export function addTo(start: Command): void {
  start
    .option('--host <address>', 'where to listen (RELAIS_HOST, 127.0.0.1)')
    .option('--port <number>', 'where to listen (RELAIS_PORT, 8880); 0 takes a free one')
    .action(async (_options: object, command: Command) => {
      const config = configOf(command);
      keepCompiledCode(config.dataFolder);
      const { openApp } = await import('../app.js');
      const app = await openApp(config);
      await serve(app, async (base) => {
        const token = await firstAdministrator(app);
        say(`Relais listens on ${base} (Node ${process.versions.node})`);
        if (token !== undefined) {
          const link = signInUrl(app.config, token, base);
          say(`Sign in as the administrator, once, within 15 minutes: ${link}`);
        }
      });
    });
}

/** Serves until the process is asked to stop; `ready` receives the URL of the panel's first page. */
export async function serve(app: App, ready: (base: string) => Promise<void>): Promise<void> {
  const { createWeb } = await import('../server.js');
  const { server, extension } = await createWeb(app);
  await listen(server, app);
  const work = extension.start();
  stopGracefully(server, app, work);
  try {
    await work;
  } catch (error) {
    server.close();
    server.closeAllConnections();
    await app.close();
    throw error;
  }
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : undefined;
  await ready(panelUrl(app.config, port));
}

async function listen(server: Server, app: App): Promise<void> {
  try {
    await listenOn(server, app.config);
  } catch (error) {
    void app.close();
    throw error;
  }
}

/** @throws {StartError} */
async function listenOn(server: Listening, { host, port }: Address): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.listen(port, host);
    server.once('listening', resolve);
    server.once('error', (error) => {
      const reason =
        'code' in error && error.code === 'EADDRINUSE'
          ? 'is in use; choose another with --port or RELAIS_PORT'
          : 'cannot be used';
      reject(new StartError(`The address ${host}, port ${port}, ${reason}.`, { cause: error }));
    });
  });
}

/**
 * Reports an address in use before work that would be in vain.
 *
 * @throws {StartError}
 */
export async function assertFree(address: Address): Promise<void> {
  const server = createServer();
  await listenOn(server, address);
  await new Promise((resolve) => server.close(resolve));
}

/** Finishes requests in flight, accepts no new ones, and exits within ten seconds. */
function stopGracefully(server: Server, app: App, work: Promise<Required<Running>>): void {
  const stop = (signal: NodeJS.Signals): void => {
    app.log.info({ signal }, 'stopping');
    // Messages still being sent then are recovered after their lease.
    const finished = Promise.race([work.then(({ finish }) => finish()), sleep(stopWithinMs)]);
    server.close(() => {
      void finished
        .then(() => work)
        .then((running) => running.stop())
        .catch((error: unknown) => app.log.error({ err: error }, 'could not stop cleanly'))
        .then(() => app.close())
        .then(() => process.exit(0));
    });
    // A connection whose request is only answered now would otherwise be kept alive.
    setInterval(() => server.closeIdleConnections(), 50).unref();
    setTimeout(() => server.closeAllConnections(), stopWithinMs).unref();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
