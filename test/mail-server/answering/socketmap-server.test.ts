import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type Server, type Socket, createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenOnSocket } from '../../../plugin/mail-server/answering/listen.js';
import { NetstringReader, netstring } from '../../../plugin/mail-server/answering/netstrings.js';
import {
  type MapLookup,
  createSocketmapServer,
} from '../../../plugin/mail-server/answering/socketmap-server.js';
import { removeFolder, temporaryFolder } from '../../support/processes.js';

/** Reads answers from a connection. */
class Client {
  readonly socket: Socket;
  readonly #answers: AsyncGenerator<string>;

  constructor(path: string) {
    this.socket = createConnection(path);
    this.#answers = answersOn(this.socket);
  }

  /** Undefined when the connection is closed instead. */
  async answer(): Promise<string | undefined> {
    const { value, done } = await this.#answers.next();
    return done === true ? undefined : value;
  }

  async ask(request: string): Promise<string | undefined> {
    this.socket.write(netstring(request));
    return await this.answer();
  }
}

async function* answersOn(socket: Socket): AsyncGenerator<string> {
  const reader = new NetstringReader(10_000);
  try {
    for await (const bytes of socket as AsyncIterable<Buffer>) {
      yield* reader.read(bytes);
    }
  } catch {
    // A reset also counts as closed.
  }
}

const lookup: MapLookup = async (map, key) => {
  if (key.startsWith('slow')) {
    await sleep(30);
  }
  if (key === 'broken') {
    throw new Error('the cause');
  }
  return key === 'none' ? undefined : `${map}=${key}`;
};

describe('the look-up server', () => {
  const folder = temporaryFolder('socketmap');
  const path = join(folder, 'socket');
  const errors: unknown[] = [];
  const clients: Client[] = [];
  let server: Server;

  before(async () => {
    server = createSocketmapServer(
      () => lookup,
      (error) => errors.push(error),
    );
    await listenOnSocket(server, path);
  });

  afterEach(() => clients.splice(0).forEach(({ socket }) => socket.destroy()));

  after(() => {
    server.close();
    removeFolder(folder);
  });

  const connect = (): Client => {
    const client = new Client(path);
    clients.push(client);
    return client;
  };

  it('answers with the map’s result, whatever its characters', async () => {
    const client = connect();
    assert.equal(await client.ask('map key'), 'OK map=key');
    assert.equal(await client.ask('map a key: with é'), 'OK map=a key: with é');
    assert.equal(await client.ask('map none'), 'NOTFOUND ');
  });

  it('makes mail wait when a look-up fails, and reveals the cause only in the log', async () => {
    assert.equal(await connect().ask('map broken'), 'TEMP look-ups are unavailable');
    assert.match(String(errors.at(-1)), /the cause/);
  });

  it('refuses an invalid request and continues', async () => {
    const client = connect();
    for (const request of ['', 'map', ' key']) {
      assert.equal(await client.ask(request), 'PERM no such request');
    }
    assert.equal(await client.ask('map key'), 'OK map=key');
  });

  it('answers pipelined and split requests in order', async () => {
    const client = connect();
    const bytes = Buffer.concat(['m slow1', 'm 2', 'm slow3'].map(netstring));
    for (const byte of bytes) {
      client.socket.write(Buffer.from([byte]));
    }
    const answers = [await client.answer(), await client.answer(), await client.answer()];
    assert.deepEqual(answers, ['OK m=slow1', 'OK m=2', 'OK m=slow3']);
  });

  for (const bytes of ['x', '03:m a,', '5:map', 'GET / HTTP/1.1\r\n\r\n', '2001:', '99999999']) {
    const isIncomplete = bytes === '5:map';
    it(`${isIncomplete ? 'waits for the rest of' : 'closes the connection after'} ${JSON.stringify(bytes)}`, async () => {
      const client = connect();
      client.socket.write(bytes);
      if (isIncomplete) {
        client.socket.write(' k,');
        assert.equal(await client.answer(), 'OK map=k');
      } else {
        assert.equal(await client.answer(), undefined);
      }
    });
  }

  it('answers a client that has closed its side', async () => {
    const client = connect();
    client.socket.end(netstring('m slow'));
    assert.equal(await client.answer(), 'OK m=slow');
    assert.equal(await client.answer(), undefined);
  });

  it('continues when a client disconnects', async () => {
    const rude = connect();
    await once(rude.socket, 'connect');
    rude.socket.write(netstring('m slow'));
    rude.socket.destroy();
    assert.equal(await connect().ask('m k'), 'OK m=k');
  });

  it('accepts up to 500 connections at a time', async () => {
    const all = Array.from({ length: 500 }, connect);
    await Promise.all(all.map((client) => client.ask('m k')));
    assert.equal(await connect().answer(), undefined);
    const [first] = all;
    first?.socket.destroy();
    while ((await connect().ask('m k')) === undefined) {
      await sleep(10);
    }
  });
});
