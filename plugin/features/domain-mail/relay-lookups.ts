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

/** What to tell an operator where nobody answers Postfix; undefined where somebody does. */
export async function lookupsComplaint({ lookups }: Config): Promise<string | undefined> {
  return (await isAnswered(lookups))
    ? undefined
    : `nobody answers look-ups at ${lookups}: mail through relays waits until \`relais lookups\` or \`relais start\` does`;
}

const watchEveryMs = 5000;

/** Beside the panel, unless a process of its own does: without answers, mail through relays waits. */
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

/** Whichever process it was that answered. */
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
  /** Ends the connections that there are, too. */
  close(): Promise<void>;
}

/**
 * Answers what Postfix asks about relays: their logins, and which addresses may be connected to. It needs the database
 * and the key file, and nothing else.
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
