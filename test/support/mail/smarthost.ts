import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerAuthentication } from 'smtp-server';
import { freePort } from '../processes.js';
import { freeLoopbackAddress } from './loopback.js';

interface SmarthostMessage {
  /** The user who logged in; empty without a login. */
  readonly user: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly isEncrypted: boolean;
}

/** A foreign mail server that relays its users' mail. */
export interface Smarthost {
  readonly address: string;
  readonly port: number;
  /** Passwords by user; can be changed. */
  readonly users: Map<string, string>;
  /** All login attempts. */
  readonly logins: SMTPServerAuthentication[];
  readonly messages: SmarthostMessage[];
  /** The messages that contain this text. */
  about(text: string): SmarthostMessage[];
  stop(): Promise<void>;
}

export interface SmarthostOptions {
  readonly certificate?: { readonly key: string; readonly cert: string };
  readonly security: 'none' | 'starttls' | 'tls';
  readonly mechanisms?: readonly string[];
  /** Whether it accepts mail without a login. */
  readonly isOpen?: boolean;
  /** Where it listens, if not on a free port of a loopback address. */
  readonly listensOn?: { readonly address: string; readonly port: number };
}

/** With `starttls` and `tls` it accepts nothing before TLS, not even a login. */
export async function startSmarthost(options: SmarthostOptions): Promise<Smarthost> {
  const users = new Map<string, string>();
  const logins: SMTPServerAuthentication[] = [];
  const messages: SmarthostMessage[] = [];
  const { certificate, security, mechanisms = ['PLAIN', 'LOGIN'], isOpen = false } = options;

  const server = new SMTPServer({
    ...certificate,
    secure: security === 'tls',
    hideSTARTTLS: security !== 'starttls',
    allowInsecureAuth: security === 'none',
    authMethods: [...mechanisms],
    authOptional: isOpen,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 10,
    onAuth(login, _session, done) {
      logins.push(login);
      const password = users.get(login.username ?? '');
      const isRight =
        password !== undefined &&
        (login.method === 'CRAM-MD5'
          ? login.validatePassword(password)
          : login.password === password);
      done(null, isRight ? { user: login.username } : {});
    },
    async onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope;
      try {
        messages.push({
          user: session.user ?? '',
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          text: (await buffer(stream)).toString('utf8'),
          isEncrypted: session.secure,
        });
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
  // Clients that do not trust it disconnect.
  server.on('error', () => {});

  const { address, port } = options.listensOn ?? (await freeEndpoint());
  await once(server.listen(port, address), 'listening');
  return {
    address,
    port,
    users,
    logins,
    messages,
    about: (text) => messages.filter((each) => each.text.includes(text)),
    async stop() {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function freeEndpoint(): Promise<{ readonly address: string; readonly port: number }> {
  const address = await freeLoopbackAddress();
  return { address, port: await freePort(address) };
}
