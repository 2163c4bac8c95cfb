import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerAuthentication } from 'smtp-server';
import { freePort } from '../processes.js';
import { freeLoopbackAddress } from './loopback.js';

interface SmarthostMessage {
  /** Who had logged in; empty for nobody. */
  readonly user: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly isEncrypted: boolean;
}

/** Somebody's mail server that passes on what its users send. */
export interface Smarthost {
  readonly address: string;
  readonly port: number;
  /** Passwords by user; may be changed. */
  readonly users: Map<string, string>;
  /** Every login that was tried, right or wrong. */
  readonly logins: SMTPServerAuthentication[];
  readonly messages: SmarthostMessage[];
  /** The messages with this text in them. */
  about(text: string): SmarthostMessage[];
  stop(): Promise<void>;
}

export interface SmarthostOptions {
  readonly certificate?: { readonly key: string; readonly cert: string };
  readonly security: 'none' | 'starttls' | 'tls';
  readonly mechanisms?: readonly string[];
  /** Whether it takes mail from those who do not log in. */
  readonly isOpen?: boolean;
  /** A Unix socket to listen on instead. */
  readonly socket?: string;
}

/** With `starttls` and `tls` it takes nothing, not even a login, before TLS has started. */
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
  // Clients that do not trust it break off.
  server.on('error', () => {});

  const address = await freeLoopbackAddress();
  const port = await freePort(address);
  const listening =
    options.socket === undefined ? server.listen(port, address) : server.listen(options.socket);
  await once(listening, 'listening');
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
