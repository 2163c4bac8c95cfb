import type { Socket } from 'node:net';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SMTPConnectionCustomAuthContext as LoginContext } from 'nodemailer/lib/smtp-connection';
import { addressLiteral } from './client-name.js';
import type { Deadline } from '../connecting/deadline.js';
import { offering } from './failure.js';
import { openSocket } from '../connecting/guarded-socket.js';
import { secure, tlsOptions } from '../connecting/tls.js';
import { openLocalSocket } from './local-socket.js';
import { logins } from './logins.js';
import type { OutgoingPolicy } from './outgoing-policy.js';
import type { SmtpEndpoint } from './smtp-endpoint.js';

const mostReplyBytes = 64 * 1024;

/** A connection before nodemailer's first command, and its TCP socket. */
export interface Line {
  readonly connection: SMTPConnection;
  readonly socket: Socket;
}

/**
 * Passes nodemailer a socket that is connected to a vetted address, so that it resolves nothing itself.
 *
 * @throws {ConnectionError}
 */
export async function openLine(
  endpoint: SmtpEndpoint,
  policy: OutgoingPolicy,
  deadline: Deadline,
): Promise<Line> {
  const { host, port, security, socket: path } = endpoint;
  const socket = await (path === undefined
    ? openSocket(endpoint, policy, deadline)
    : openLocalSocket(path, deadline));
  const isTls = security === 'tls';
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const connection = new Connection({
    host: host.toString(),
    port,
    connection: isTls ? await secure(socket, host, { policy, signal: deadline.signal }) : socket,
    secure: isTls,
    secured: isTls,
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: tlsOptions(host, policy),
    name: policy.clientName ?? addressLiteral(socket.localAddress ?? '127.0.0.1'),
    maxResponseSize: mostReplyBytes,
    customAuth: { ...logins, [offering]: offerSender },
  });
  return { connection, socket };
}

/** SMTPConnection only sends MAIL FROM with a message, but a custom login can send any command. */
async function offerSender(login: LoginContext): Promise<void> {
  const answer = await login.sendCommand(`MAIL FROM:<${login.auth.credentials.user}>`);
  if (answer.status !== 250) {
    login.reject('MAIL FROM failed');
  }
}
