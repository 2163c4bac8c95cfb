import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Config } from '../../config.js';
import { keysFor } from '../../secrets/key-file.js';
import type { FeatureParts, Running } from '../../feature.js';
import { RelayDestinations } from './relay-destinations.js';
import { RelayLogins } from './relay-logins.js';
import { SmtpServerStore } from '../smtp-servers/index.js';
import { isAnswered, listenOnSocket } from '../../mail-server/answering/listen.js';
import { guardMaps } from '../../mail-server/postfix/relay-services.js';
import { createSocketmapServer } from '../../mail-server/answering/socketmap-server.js';
import { Secrets } from '../../secrets/secrets.js';

/** The complaint if nobody answers Postfix's look-ups; undefined if somebody does. */
export async function lookupsComplaint({ lookups }: Config): Promise<string | undefined> {
  return (await isAnswered(lookups))
    ? undefined
    : `nobody answers look-ups at ${lookups}: mail through relays waits until \`relais lookups\` or \`relais start\` does`;
}

const watchEveryMs = 5000;

/** Answers look-ups in the panel's process, unless another process does: without answers, mail for relays waits. */
export async function answerLookups(parts: LookupParts): Promise<Running> {
  const watching = watchLookups(parts);
  const stopWatching = (): void => clearInterval(watching);
  try {
    const lookups = await startRelayLookups(parts);
    return {
      async stop() {
        stopWatching();
        await lookups.close();
      },
    };
  } catch (error) {
    parts.log.warn(
      { reason: error instanceof Error ? error.message : '' },
      'no relay look-ups here',
    );
    return { stop: async () => stopWatching() };
  }
}

/** Logs once when no process answers any more, whichever it was. */
function watchLookups({ config, log }: LookupParts): NodeJS.Timeout {
  let said: string | undefined;
  const look = async (): Promise<void> => {
    const complaint = await lookupsComplaint(config);
    if (complaint !== undefined && said === undefined) {
      log.warn(complaint);
    }
    said = complaint;
  };
  return setInterval(() => void look(), watchEveryMs).unref();
}

type LookupParts = Pick<FeatureParts, 'config' | 'db' | 'log'>;

export interface RelayLookups {
  /** Also closes open connections. */
  close(): Promise<void>;
}

/**
 * Answers Postfix's look-ups about relays: logins, and which addresses it may connect to. Needs only the database and
 * the key file.
 *
 * @throws {StartError} when it cannot listen, as when another process answers there.
 */
export async function startRelayLookups({ config, db, log }: LookupParts): Promise<RelayLookups> {
  const secrets = new Secrets(keysFor('smtp servers', config.dataFolder));
  const logins = new RelayLogins(db, new SmtpServerStore(db, secrets));
  const destinations = new RelayDestinations(db, config.resolvers);
  const server = createSocketmapServer(
    () => {
      const login = logins.conversation();
      return async (map, key) => {
        switch (map) {
          case guardMaps.replies:
            return await destinations.filter(key);
          case guardMaps.destinations:
            return await destinations.vet(key);
          default:
            return await login(map, key);
        }
      };
    },
    (error) => log.error({ err: error }, 'a look-up for a relay failed, so that mail waits'),
  );
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await listenOnSocket(server, config.lookups);
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}
