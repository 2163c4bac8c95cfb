import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerAuthentication, type SMTPServerOptions } from 'smtp-server';

interface Listening {
  readonly port: number;
  stop(): Promise<void>;
}

/** A mail server, and what it received. */
export interface MailServer extends Listening {
  readonly logins: SMTPServerAuthentication[];
  readonly senders: string[];
  /** The server names (SNI) that clients sent. */
  readonly names: (string | undefined)[];
  readonly messages: string[];
  connections: number;
}

/** A mail server with one user, whose password is `secret`. It refuses senders and recipients that begin with `no`. */
export async function startMailServer(
  options: SMTPServerOptions,
  { host = '127.0.0.1', port = 0 } = {},
): Promise<MailServer> {
  const seen = {
    logins: [] as SMTPServerAuthentication[],
    senders: [] as string[],
    names: [] as (string | undefined)[],
    messages: [] as string[],
    connections: 0,
  };
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 10,
    onConnect(_session, done) {
      seen.connections += 1;
      done();
    },
    onSecure(_socket, { servername }, done) {
      seen.names.push(servername || undefined);
      done();
    },
    onAuth(login, _session, done) {
      seen.logins.push(login);
      done(null, isRight(login) ? { user: login.username } : { data: { status: '401' } });
    },
    onMailFrom({ address }, _session, done) {
      seen.senders.push(address);
      done(address.startsWith('no') ? refusal('5.7.1 Sender not owned by user') : null);
    },
    onRcptTo({ address }, _session, done) {
      done(address.startsWith('no') ? refusal('5.1.1 User unknown') : null);
    },
    async onData(stream, _session, done) {
      try {
        seen.messages.push(await text(stream));
        done();
      } catch (error) {
        done(error as Error);
      }
    },
    ...options,
  });
  server.on('error', () => {});
  const listening = server.listen(port, host);
  await once(listening, 'listening');
  return Object.assign(seen, {
    port: portOf(listening),
    stop: async () => {
      await new Promise<void>((resolve) => server.close(resolve));
    },
  });
}

function isRight(login: SMTPServerAuthentication): boolean {
  if (login.method === 'XOAUTH2') {
    return login.accessToken === 'granted';
  }
  return login.method === 'CRAM-MD5'
    ? login.validatePassword('secret')
    : login.password === 'secret';
}

function refusal(message: string, responseCode = 550): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** Any server on a port; `closed` resolves when its first client is gone. */
export interface Peer extends Listening {
  /** What clients sent. */
  heard(): string;
  readonly closed: Promise<void>;
}

export async function startPeer(answer: (socket: Socket) => void): Promise<Peer> {
  let heard = '';
  const sockets = new Set<Socket>();
  let leave: (() => void) | undefined;
  const closed = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    socket.once('close', () => leave?.());
    answer(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: portOf(server),
    closed,
    heard: () => heard,
    async stop() {
      for (const socket of sockets) {
        socket.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A mail server that recites its lines, whatever it receives: the first at once, each other one after a line. */
export async function startScript(...lines: readonly string[]): Promise<Peer> {
  return await startPeer((socket) => recite(socket, lines));
}

export function recite(socket: Socket, [greeting, ...replies]: readonly string[]): void {
  socket.write(`${greeting}\r\n`);
  socket.on('data', (chunk) => {
    const count = chunk.toString('latin1').split('\n').length - 1;
    for (const reply of replies.splice(0, count)) {
      socket.write(`${reply}\r\n`);
    }
  });
}

/** Sends the text byte by byte, and its last byte for ever. */
export function drip(socket: Socket, bytes: string): void {
  let next = 0;
  const drops = setInterval(() => {
    socket.write(bytes.charAt(Math.min(next, bytes.length - 1)), 'latin1');
    next += 1;
  }, 20);
  socket.once('close', () => clearInterval(drops));
}

/** Runs when the end of a message arrives. */
export function atEndOfData(socket: NodeJS.EventEmitter, then: () => void): void {
  let heard = '';
  socket.on('data', (chunk: Buffer) => {
    heard = `${heard}${chunk.toString('latin1')}`.slice(-5);
    if (heard === '\r\n.\r\n') {
      then();
    }
  });
}

/** Sends the text again and again, as fast as the client reads it. */
export function flood(socket: Socket, words: string): void {
  const talk = (): void => {
    while (!socket.destroyed && socket.write(words)) {
      // While the client reads.
    }
  };
  socket.on('drain', talk);
  talk();
}

export function portOf(server: Pick<Server, 'address'>): number {
  return (server.address() as AddressInfo).port;
}
