import { type Server, type Socket, createServer } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { NetstringReader, netstring } from './netstrings.js';

/** Looks up a key in a map; undefined if it is not there. An error makes mail wait. */
export type MapLookup = (map: string, key: string) => Promise<string | undefined>;

/** An address has at most 320 octets, up to three each in UTF-8; the rest is for the map's name. */
const longestRequest = 2000;
const mostConnections = 500;
/** Postfix closes idle connections after 10 s, and all after 100 s. */
const idleMs = 120_000;

/**
 * A server for Postfix's table type `socketmap` (socketmap_table(5)). An invalid request closes the connection.
 *
 * @param converse returns the look-up for one connection.
 * @param onError receives why a look-up failed, without its key.
 */
export function createSocketmapServer(
  converse: () => MapLookup,
  onError: (error: unknown) => void,
): Server {
  // The pipeline ends its side once everything is answered.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    void serve(socket, converse(), onError);
  });
  server.maxConnections = mostConnections;
  return server;
}

async function serve(
  socket: Socket,
  lookup: MapLookup,
  onError: (error: unknown) => void,
): Promise<void> {
  socket.setTimeout(idleMs, () => socket.destroy());
  const reader = new NetstringReader(longestRequest);
  const answers = async function* (requests: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of requests) {
      for (const request of reader.read(bytes)) {
        yield netstring(await answer(request, lookup, onError));
      }
    }
  };
  // Ends with the connection, whichever side closes it and how.
  await pipeline(socket, answers, socket).catch(() => socket.destroy());
}

async function answer(
  request: string,
  lookup: MapLookup,
  onError: (error: unknown) => void,
): Promise<string> {
  const [, map, key] = /^(\S+) (.*)$/s.exec(request) ?? [];
  if (map === undefined || key === undefined) {
    return 'PERM no such request';
  }
  try {
    const found = await lookup(map, key);
    return found === undefined ? 'NOTFOUND ' : `OK ${found}`;
  } catch (error) {
    onError(error);
    return 'TEMP look-ups are unavailable';
  }
}
