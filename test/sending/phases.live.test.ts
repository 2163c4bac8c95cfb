import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { type Sending, sendMessage } from '../../plugin/sending/send-message.js';
import { atEndOfData, drip, recite, startPeer } from './mail-peer.js';
import { endpointAt, useSite } from './site.js';

const from = EmailAddress.parse('box@mx.test');
const setUpMs = 400;
const longMs = 60_000;

/** Sends a line again and again: progress each time, but never an end. */
function repeat(socket: Socket, line: string): void {
  const lines = setInterval(() => socket.write(line), 50);
  socket.once('close', () => clearInterval(lines));
}

/** Recites the lines and then calls the function. */
function afterLines(lines: readonly string[], then: (socket: Socket) => void) {
  return (socket: Socket): void => {
    let heard = 0;
    recite(socket, lines);
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1').split('\n').length - 1;
      if (heard >= lines.length) {
        socket.removeAllListeners('data').resume();
        then(socket);
      }
    });
  };
}

interface Wanted {
  readonly security?: 'none' | 'tls';
  readonly text?: string;
  readonly answerMs?: number;
  /** Whether the server notices that its client has disconnected. */
  readonly isRead?: boolean;
}

describe('the deadline of a message', () => {
  const site = useSite();

  async function send(
    answer: (socket: Socket) => void,
    { security = 'none', text = 'Hello', answerMs = longMs, isRead = true }: Wanted = {},
  ): Promise<Sending> {
    const peer = await site.start(startPeer(answer));
    const sent = await sendMessage(
      endpointAt(peer.port, { security, authentication: { kind: 'none' } }),
      site.policy(peer.port),
      {
        envelope: { from, to: [from] },
        content: { from: { address: from }, to: [], subject: 'Hi', text },
      },
      { deadlineMs: setUpMs, answerMs },
    );
    if (isRead) {
      await peer.closed;
    }
    return sent;
  }
  const late = { kind: 'temporary', outcome: 'timed-out', reply: undefined, handedOver: false };

  const slow: [where: string, answer: (socket: Socket) => void][] = [
    ['says nothing', () => {}],
    ['greets byte by byte', (socket) => drip(socket, '220 hi')],
    ['greets without end', (socket) => repeat(socket, '220-wait\r\n')],
    ['goes on answering EHLO', afterLines(['220 hi'], (socket) => repeat(socket, '250-wait\r\n'))],
    [
      'drips the answer to MAIL',
      afterLines(['220 hi', '250 hi'], (socket) => drip(socket, '250 o')),
    ],
    [
      'goes on answering RCPT',
      afterLines(['220 hi', '250 hi', '250 ok'], (socket) => repeat(socket, '250-wait\r\n')),
    ],
    [
      'drips the answer to DATA',
      afterLines(['220 hi', '250 hi', '250 ok', '250 ok'], (socket) => drip(socket, '354 g')),
    ],
  ];
  for (const [where, answer] of slow) {
    it(`covers all of the set-up when a server ${where}`, async () => {
      assert.deepEqual(await send(answer), late);
    });
  }

  it('covers the TLS handshake', async () => {
    const sent = await send((socket) => drip(socket, '\u0016\u0003\u0003\u003f\u00ff2'), {
      security: 'tls',
    });
    assert.deepEqual(sent, late);
  });

  it('covers a server that stops reading the message', async () => {
    const untilData = ['220 hi', '250 hi', '250 ok', '250 ok', '354 go'];
    const sent = await send(
      (socket) => {
        recite(socket, untilData);
        socket.on('data', (chunk) => void (chunk.length > 1000 && socket.pause()));
      },
      { text: 'long line\n'.repeat(1_200_000), isRead: false },
    );
    assert.deepEqual(sent, late);
  });

  it('starts anew once the message is transferred', async () => {
    const untilData = ['220 hi', '250 hi', '250 ok', '250 ok', '354 go'];
    const thinking = (socket: Socket): void => {
      recite(socket, untilData);
      atEndOfData(socket, () => {
        repeat(socket, '250-still thinking\r\n');
        setTimeout(() => socket.write('250 queued\r\n'), 2 * setUpMs);
      });
    };
    const sent = await send(thinking);
    assert.equal(sent.kind, 'accepted');
    assert.deepEqual(await send(thinking, { answerMs: 100 }), { ...late, handedOver: true });
  });
});
