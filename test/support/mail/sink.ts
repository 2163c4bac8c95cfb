import { SMTPServer, type SMTPServerAddress } from 'smtp-server';
import { startNeighbour } from './neighbour.js';

interface SunkMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  /** Whether the client said SMTPUTF8 (RFC 6531 §3.4). */
  readonly utf8: boolean;
}

/** A foreign mail server on port 25 of its own address, which keeps what it receives. */
export interface Sink {
  readonly address: string;
  readonly port: number;
  readonly messages: SunkMessage[];
  /** Recipients that it refuses with `550 5.1.1 no such user`. */
  readonly unknown: Set<string>;
  /** Recipients that it refuses, each with this reply. */
  readonly refusals: Map<string, string>;
  /** The messages that contain this text. */
  about(text: string): SunkMessage[];
  stop(): Promise<void>;
}

export async function startSink(): Promise<Sink> {
  const neighbour = startNeighbour();
  const messages: SunkMessage[] = [];
  const unknown = new Set<string>();
  const refusals = new Map<string, string>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onRcptTo(recipient, _session, done) {
      const reply =
        refusals.get(recipient.address) ??
        (unknown.has(recipient.address) ? '550 5.1.1 no such user' : undefined);
      done(reply === undefined ? null : refusal(reply));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        messages.push({
          from: addressOf(session.envelope.mailFrom),
          to: session.envelope.rcptTo.map(addressOf),
          text: Buffer.concat(chunks).toString('utf8'),
          utf8: hasUtf8(session.envelope.mailFrom),
        });
        done();
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(25, neighbour.address, resolve);
  });

  return {
    address: neighbour.address,
    port: 25,
    messages,
    unknown,
    refusals,
    about: (text) => messages.filter((each) => each.text.includes(text)),
    async stop() {
      await new Promise<void>((resolve) => {
        server.close(resolve);
      });
      neighbour.stop();
    },
  };
}

function refusal(reply: string): Error {
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
}

function addressOf(path: SMTPServerAddress | false): string {
  return path === false ? '' : path.address;
}

function hasUtf8(path: SMTPServerAddress | false): boolean {
  return path !== false && typeof path.args === 'object' && 'SMTPUTF8' in path.args;
}
