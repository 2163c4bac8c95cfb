import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { type App, createWeb, openApp } from '../app.js';
import { StartError } from '../errors.js';
import { type FollowedChanges, followChanges } from '../mail-server/follow-changes.js';
import { lookupsComplaint, startRelayLookups } from '../features/domain-mail/relay-lookups.js';
import { removeExpiredSessions } from '../web/sessions.js';
import { firstAdministrator } from './first-administrator.js';
import { configOf } from './options.js';
import { panelUrl, signInUrl } from '../web/panel-url.js';

const stopWithinMs = 9_000;
const watchEveryMs = 5000;
const cleanEveryMs = 10 * 60 * 1000;

export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('run the panel')
    .option('--host <address>', 'where to listen (RELAIS_HOST, 127.0.0.1)')
    .option('--port <number>', 'where to listen (RELAIS_PORT, 8880); 0 takes a free one')
    .action(async (_options: object, command: Command) => {
      const app = await openApp(configOf(command));
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

/** Listens until the process is told to stop; `ready` gets the address of the panel's first page. */
export async function serve(app: App, ready: (base: string) => Promise<void>): Promise<void> {
  const server = await listen(app);
  const following = followChanges(app.changes, app.maps.followEveryMs);
  stopGracefully(server, app, following);
  await warnOfLostKeys(app);
  await answerLookups(app);
  watchLookups(app);
  keepClean(app);
  app.features.outbox.start();
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : undefined;
  await ready(panelUrl(app.config, port));
}

function listen(app: App): Promise<Server> {
  const { host, port } = app.config;
  const { server } = createWeb(app);
  return new Promise((resolve, reject) => {
    server.listen(port, host);
    server.once('listening', () => resolve(server));
    server.once('error', (error) => {
      const reason =
        'code' in error && error.code === 'EADDRINUSE' ? 'is in use' : 'cannot be used';
      void app.close();
      reject(new StartError(`The address ${host}, port ${port}, ${reason}.`, { cause: error }));
    });
  });
}

/** Finishes the requests in flight, takes no new ones, and is gone within ten seconds. */
function stopGracefully(server: Server, app: App, following: FollowedChanges): void {
  const stop = (signal: NodeJS.Signals): void => {
    app.log.info({ signal }, 'stopping');
    // What is still being sent then is found again after its lease.
    const sent = Promise.race([app.features.outbox.stop(), sleep(stopWithinMs)]);
    server.close(() => {
      void sent
        .then(() => following.stop())
        .then(() => app.close())
        .then(() => process.exit(0));
    });
    // A connection whose request is answered only now would otherwise be kept for another.
    setInterval(() => server.closeIdleConnections(), 50).unref();
    setTimeout(() => server.closeAllConnections(), stopWithinMs).unref();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** Beside the panel, unless a process of its own does: without answers, mail through relays waits. */
async function answerLookups(app: App): Promise<void> {
  try {
    const lookups = await startRelayLookups(app);
    process.once('exit', () => void lookups.close());
  } catch (error) {
    app.log.warn({ reason: error instanceof Error ? error.message : '' }, 'no relay look-ups here');
  }
}

/** Whichever process it was that answered. */
function watchLookups({ config, log }: App): void {
  let said: string | undefined;
  const look = async (): Promise<void> => {
    const complaint = await lookupsComplaint(config);
    if (complaint !== undefined && said === undefined) {
      log.warn(complaint);
    }
    said = complaint;
  };
  setInterval(() => void look(), watchEveryMs).unref();
}

async function warnOfLostKeys({ features, log }: App): Promise<void> {
  const keyIds = await features.smtpServerStore.secrets.lostKeyIds();
  if (keyIds.length > 0) {
    log.warn({ keyIds }, 'stored passwords are encrypted with keys that are not in the key file');
  }
}

function keepClean(app: App): void {
  const clean = (): void => {
    removeExpiredSessions(app.db).catch((error: unknown) =>
      app.log.warn({ err: error }, 'cleaning'),
    );
  };
  setInterval(clean, cleanEveryMs).unref();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
