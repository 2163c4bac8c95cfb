import { randomUUID } from 'node:crypto';
import { createConnection, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { anyLoopbackAddress } from './loopback.js';

export interface SmtpTarget {
  readonly host: string;
  readonly port: number;
  /** The client's address; any loopback address by default. */
  readonly from?: string;
}

/** Speaks SMTP command by command, so that tests can send what a well-behaved client would not. */
export class SmtpClient {
  #socket: Socket;
  #received = '';
  #wake: () => void = () => {};
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen();
  }

  /** Connects and sends EHLO. */
  static async connect(target: SmtpTarget): Promise<SmtpClient> {
    const client = new SmtpClient(
      createConnection({
        host: target.host,
        port: target.port,
        localAddress: target.from ?? anyLoopbackAddress(),
      }),
    );
    await client.reply();
    await client.command('EHLO client.test');
    return client;
  }

  /** Sends a command; returns its reply, such as `250 2.1.5 Ok`, with lines joined by line feeds. */
  async command(line: string): Promise<string> {
    this.write(`${line}\r\n`);
    return await this.reply();
  }

  write(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  /** The next reply; fails after 20 s without one. */
  async reply(): Promise<string> {
    const end = Date.now() + 20_000;
    for (;;) {
      const complete = /^(?:\d{3}-.*\r\n)*\d{3}(?: .*)?\r\n/.exec(this.#received);
      if (complete !== null) {
        this.#received = this.#received.slice(complete[0].length);
        return complete[0].trimEnd().replaceAll('\r', '');
      }
      if (this.#closed || Date.now() > end) {
        throw new Error(`No reply; so far: ${JSON.stringify(this.#received)}`);
      }
      await this.#more();
    }
  }

  async login(user: string, password: string): Promise<string> {
    const credentials = Buffer.from(`\0${user}\0${password}`).toString('base64');
    return await this.command(`AUTH PLAIN ${credentials}`);
  }

  /** Accepts any certificate. */
  async startTls(): Promise<string> {
    const reply = await this.command('STARTTLS');
    if (reply.startsWith('220')) {
      this.#socket.removeAllListeners();
      this.#socket = connectTls({ socket: this.#socket, rejectUnauthorized: false });
      this.#listen();
      await this.command('EHLO client.test');
    }
    return reply;
  }

  close(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on('data', (chunk) => {
      this.#received += chunk.toString();
      this.#wake();
    });
    for (const event of ['close', 'error'] as const) {
      this.#socket.on(event, () => {
        this.#closed = true;
        this.#wake();
      });
    }
  }

  async #more(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

export interface Mail {
  readonly from: string;
  readonly to: string | readonly string[];
  readonly login?: { readonly user: string; readonly password: string };
  /** Unique by default. */
  readonly subject?: string;
  readonly body?: string;
}

export interface MailReplies {
  readonly subject: string;
  readonly auth?: string;
  readonly mail: string;
  readonly rcpt: readonly string[];
  /** The reply to the end of the data, if a recipient was accepted. */
  readonly end?: string;
  /** The message's ID in Postfix's log. */
  readonly queueId?: string;
}

/** Sends one message over a connection of its own. Addresses beyond ASCII are sent with SMTPUTF8. */
export async function sendMail(target: SmtpTarget, mail: Mail): Promise<MailReplies> {
  const client = await SmtpClient.connect(target);
  try {
    const subject = mail.subject ?? `<${randomUUID()}>`;
    return { subject, ...(await converse(client, { ...mail, subject })) };
  } finally {
    client.close();
  }
}

async function converse(
  client: SmtpClient,
  mail: Mail & { subject: string },
): Promise<Omit<MailReplies, 'subject'>> {
  const to = [mail.to].flat();
  const text = content(mail, to);
  const auth = mail.login && (await client.login(mail.login.user, mail.login.password));
  const utf8 = /[^\0-\x7f]/.test([mail.from, ...to, mail.subject].join('')) ? ' SMTPUTF8' : '';
  const replies = {
    ...(auth !== undefined && { auth }),
    mail: await client.command(`MAIL FROM:<${mail.from}> SIZE=${text.length}${utf8}`),
    rcpt: [] as string[],
  };
  for (const recipient of to) {
    replies.rcpt.push(await client.command(`RCPT TO:<${recipient}>`));
  }
  if (!replies.rcpt.some((reply) => reply.startsWith('250'))) {
    return replies;
  }

  await client.command('DATA');
  const end = await client.command(`${text}\r\n.`);
  const queueId = /queued as (\w+)/.exec(end)?.[1];
  return { ...replies, end, ...(queueId !== undefined && { queueId }) };
}

function content({ from, subject = '', body = 'Hello.' }: Mail, to: readonly string[]): string {
  return [
    `From: <${from === '' ? 'postmaster@client.test' : from}>`,
    `To: ${to.map((each) => `<${each}>`).join(', ')}`,
    `Subject: ${subject}`,
    `Date: ${new Date().toUTCString()}`,
    '',
    body,
  ].join('\r\n');
}
