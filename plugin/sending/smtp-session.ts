import type { Readable } from 'node:stream';
import type {
  SMTPConnectionAuth,
  SMTPConnectionSendInfo,
  SMTPEnvelope,
} from 'nodemailer/lib/smtp-connection';
import type { EmailAddress } from '../addresses/index.js';
import { fetchAccessToken } from '../connecting/access-token.js';
import { ConnectionError } from '../connecting/connection-error.js';
import type { Deadline } from '../connecting/deadline.js';
import { offering, sessionFailure, upgradeFailure } from './failure.js';
import { passwordLogin, tokenLogin } from './logins.js';
import type { OutgoingPolicy } from './outgoing-policy.js';
import { SendingError } from './sending-error.js';
import { type Line, openLine } from './smtp-connection.js';
import type { Login, SmtpEndpoint } from './smtp-endpoint.js';

const farewellMs = 2000;
/** Of all replies in a session together, including the TLS handshake. */
const mostBytesHeard = 256 * 1024;
const hearingMs = 50;

/** An SMTP session: one connection, and no second attempt at anything. */
export class SmtpSession {
  readonly #line: Line;
  /** Rejects at the end of the connection or the deadline. */
  readonly #end: Promise<never>;

  private constructor(line: Line, deadline: Deadline) {
    this.#line = line;
    this.#end = endOf(line, deadline.signal);
    this.#end.catch(() => this.#drop());
  }

  /**
   * Connects, starts TLS and logs in, as the endpoint is configured.
   *
   * @throws {ConnectionError}
   */
  static async open(
    endpoint: SmtpEndpoint,
    policy: OutgoingPolicy,
    deadline: Deadline,
  ): Promise<SmtpSession> {
    refuseForbidden(endpoint, policy);
    const session = new SmtpSession(await openLine(endpoint, policy, deadline), deadline);
    await session.#greet();
    if (endpoint.authentication.kind !== 'none') {
      await session.#logIn(endpoint.authentication, policy, deadline);
    }
    return session;
  }

  /** The server's latest reply. */
  get reply(): string | undefined {
    return this.#line.connection.lastServerResponse || undefined;
  }

  /**
   * Checks whether the server accepts mail from the sender, without sending any.
   *
   * @throws {ConnectionError}
   */
  async offer(sender: EmailAddress): Promise<void> {
    await this.#authenticate({ method: offering, user: sender.toString() });
  }

  /** @throws {ConnectionError} */
  async send(envelope: SMTPEnvelope, message: Readable): Promise<SMTPConnectionSendInfo> {
    return await this.#during(
      new Promise((resolve, reject) => {
        this.#line.connection.send(envelope, message, settle(resolve, reject));
      }),
    );
  }

  /** Sends QUIT and gives the server a moment to answer, without awaiting it. */
  quit(): void {
    const { connection, socket } = this.#line;
    connection.quit();
    const farewell = setTimeout(() => socket.destroy(), farewellMs);
    socket.once('close', () => clearTimeout(farewell));
  }

  async #greet(): Promise<void> {
    await this.#during(
      new Promise<void>((resolve, reject) => {
        this.#line.connection.connect((error) => (error ? reject(error) : resolve()));
      }),
    );
  }

  async #logIn(login: Login, policy: OutgoingPolicy, deadline: Deadline): Promise<void> {
    if (!this.#line.connection.allowsAuth) {
      await this.#during(Promise.reject(new SendingError('no-authentication-offered')));
    }
    const { user } = login;
    if (login.kind === 'xoauth2') {
      const pass = await this.#during(fetchAccessToken(login, policy, deadline));
      await this.#authenticate({ method: tokenLogin, user, pass });
    } else {
      const method = login.kind === 'cram-md5' ? 'CRAM-MD5' : passwordLogin;
      await this.#authenticate({ method, user, pass: login.password });
    }
  }

  async #authenticate(login: SMTPConnectionAuth): Promise<void> {
    await this.#during(
      new Promise((resolve, reject) => {
        this.#line.connection.login(login, settle(resolve, reject));
      }),
    );
  }

  async #during<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([this.#end, work]);
    } catch (error) {
      this.#drop();
      throw this.#failure(error);
    }
  }

  #failure(error: unknown): unknown {
    if (error instanceof ConnectionError || !(error instanceof Error)) {
      return error;
    }
    return this.#line.connection.upgrading ? upgradeFailure(error) : sessionFailure(error);
  }

  #drop(): void {
    this.#line.connection.close();
    this.#line.socket.destroy();
  }
}

function refuseForbidden(
  { port, security, authentication }: SmtpEndpoint,
  { allowedPorts, allowPlainLogin }: OutgoingPolicy,
): void {
  if (!allowedPorts.includes(port)) {
    throw new SendingError('port-forbidden');
  }
  if (security === 'none' && authentication.kind !== 'none' && !allowPlainLogin) {
    throw new SendingError('plain-login-forbidden');
  }
}

function endOf({ connection, socket }: Line, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    // nodemailer limits the size of a reply, but not the number of replies or empty lines.
    const hearing = setInterval(() => {
      if (socket.bytesRead > mostBytesHeard) {
        socket.destroy();
        reject(new SendingError('protocol-error'));
      }
      if (socket.destroyed) {
        clearInterval(hearing);
      }
    }, hearingMs);
    connection.on('error', reject);
    // nodemailer reports to the pending command only after this event.
    connection.once('end', () => setImmediate(reject, new SendingError('connection-lost')));
    signal.addEventListener('abort', () => reject(new SendingError('timed-out')), { once: true });
  });
}

function settle<T>(resolve: (result: T) => void, reject: (error: Error) => void) {
  return (error: Error | null, result: T): void => (error ? reject(error) : resolve(result));
}
