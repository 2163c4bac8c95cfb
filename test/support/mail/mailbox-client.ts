import { createConnection, type Socket } from 'node:net';
import { longestWaitMs } from '../processes.js';
import { anyLoopbackAddress } from './loopback.js';

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Tries a login over IMAP or POP3; returns the server's answer without the tag. */
export async function tryLogin(protocol: 'imap' | 'pop3', login: Login): Promise<string> {
  return protocol === 'imap' ? await tryImap(login) : await tryPop3(login);
}

/** The whole messages of the inbox over IMAP, oldest first. */
export async function readInbox(login: Login): Promise<string[]> {
  const connection = await Connection.open(login, /^\* OK/);
  try {
    const answer = await connection.ask(imapLogin(login), /^a\d* (?:OK|NO|BAD)/m);
    if (!/^a OK/m.test(answer)) {
      throw new Error(`${login.user} cannot log in: ${answer}`);
    }
    await connection.ask('a EXAMINE INBOX', /^a OK/m);
    const fetched = await connection.ask('b FETCH 1:* BODY.PEEK[]', /^b (?:OK|BAD|NO)[^\n]*\n$/m);
    return literals(fetched);
  } finally {
    connection.close();
  }
}

async function tryImap(login: Login): Promise<string> {
  const connection = await Connection.open(login, /^\* OK/);
  try {
    const answer = await connection.ask(imapLogin(login), /^a (?:OK|NO|BAD)[^\n]*\n/m);
    return /^a (.*?)\r?\n/m.exec(answer)?.[1] ?? '';
  } finally {
    connection.close();
  }
}

async function tryPop3(login: Login): Promise<string> {
  const connection = await Connection.open(login, /^\+OK/);
  try {
    const named = await connection.ask(`USER ${login.user}`, /^[+-][^\n]*\n/);
    return named.startsWith('-')
      ? named.trim()
      : (await connection.ask(`PASS ${login.password}`, /^[+-][^\n]*\n/)).trim();
  } finally {
    connection.close();
  }
}

function imapLogin({ user, password }: Login): string {
  const credentials = Buffer.from(`\0${user}\0${password}`).toString('base64');
  return `a AUTHENTICATE PLAIN ${credentials}`;
}

/** RFC 9051 §4.3: `{size}`, a line break and that many octets. */
function literals(answer: string): string[] {
  const bytes = Buffer.from(answer, 'latin1');
  const found: string[] = [];
  let offset = 0;
  for (;;) {
    const match = /\{(\d+)\}\r\n/.exec(answer.slice(offset));
    if (match === null) {
      return found;
    }
    const start = offset + match.index + match[0].length;
    offset = start + Number(match[1]);
    found.push(bytes.subarray(start, offset).toString('utf8'));
  }
}

class Connection {
  readonly #socket: Socket;
  #received = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => (this.#received += chunk.toString()));
  }

  static async open({ host, port }: Login, greeting: RegExp): Promise<Connection> {
    const connection = new Connection(
      createConnection({ host, port, localAddress: anyLoopbackAddress() }),
    );
    await connection.#until(greeting);
    return connection;
  }

  async ask(line: string, end: RegExp): Promise<string> {
    this.#received = '';
    this.#socket.write(`${line}\r\n`, 'utf8');
    return await this.#until(end);
  }

  close(): void {
    this.#socket.destroy();
  }

  async #until(end: RegExp): Promise<string> {
    return await new Promise((resolve, reject) => {
      const check = (): void => {
        if (end.test(this.#received)) {
          finish();
          resolve(this.#received);
        }
      };
      const fail = (): void => {
        finish();
        reject(new Error(`No answer like ${end}; so far: ${this.#received.slice(-500)}`));
      };
      const timer = setTimeout(fail, longestWaitMs);
      const finish = (): void => {
        clearTimeout(timer);
        this.#socket.off('data', check).off('close', fail).off('error', fail);
      };
      this.#socket.on('data', check).on('close', fail).on('error', fail);
      check();
    });
  }
}
