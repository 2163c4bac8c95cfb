import assert from 'node:assert/strict';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { type Sending, sendMessage } from '../../plugin/sending/send-message.js';
import { parseHost } from '../../plugin/connecting/endpoint.js';
import type { SmtpEndpoint } from '../../plugin/sending/smtp-endpoint.js';
import { atEndOfData, recite, startMailServer, startPeer } from './mail-peer.js';
import { endpointAt, useSite } from './site.js';

const open = { security: 'none', authentication: { kind: 'none' } } as const;
const from = EmailAddress.parse('box@mx.test');

describe('sending a message', () => {
  const site = useSite();

  async function send(
    port: number,
    more: Partial<SmtpEndpoint> = {},
    { to = ['a@outside.test'], text = 'Hello\n.\n.hidden', deadlineMs = 10_000 } = {},
  ): Promise<Sending> {
    const recipients = to.map((each) => EmailAddress.parse(each));
    return await sendMessage(
      endpointAt(port, more),
      site.policy(port),
      {
        envelope: { from, to: recipients },
        content: {
          from: { name: 'Été', address: from },
          to: recipients.map((address) => ({ address })),
          subject: 'Ça va ?',
          text,
        },
      },
      { deadlineMs },
    );
  }

  it('uses TLS and a login, and returns the server’s reply', async () => {
    const server = await site.start(startMailServer(site.certificate));
    assert.deepEqual(await send(server.port), {
      kind: 'accepted',
      reply: '250 OK: message queued',
      rejected: [],
    });
    assert.equal(server.logins.length, 1);
    assert.match(server.messages[0] ?? '', /^Subject: =\?UTF-8\?Q\?=C3=87a_va_=3F\?=\r$/m);
    assert.match(server.messages[0] ?? '', /Hello\r\n\.\r\n\.hidden\r\n$/);
  });

  it('may use an empty sender, so that no DSN returns', async () => {
    const server = await site.start(startMailServer(site.certificate));
    const content = { from: { address: from }, to: [], subject: 'Hi', text: 'Hello' };
    await sendMessage(
      endpointAt(server.port),
      site.policy(server.port),
      { envelope: { from: undefined, to: [from] }, content },
      { deadlineMs: 10_000 },
    );
    assert.deepEqual(server.senders, ['']);
    assert.equal(server.messages.length, 1);
  });

  it('names the recipients that the server refused', async () => {
    const server = await site.start(startMailServer(site.certificate));
    const sent = await send(server.port, {}, { to: ['a@outside.test', 'nobody@outside.test'] });
    assert.deepEqual(sent.kind === 'accepted' && sent.rejected, [
      { recipient: 'nobody@outside.test', reply: '550 5.1.1 User unknown', isPermanent: true },
    ]);
    assert.equal(server.messages.length, 1);
  });

  const surplus: [reply: string, isPermanent: boolean][] = [
    ['552 5.5.3 Too many recipients', false],
    ['552 too many recipients', false],
    ['550 5.5.3 Limit reached', false],
    ['554 Maximum of 3 recipients per message exceeded', false],
    ['452 4.5.3 Too many recipients', false],
    ['452 Too many recipients received this hour', false],
    ['552 5.2.2 Mailbox full', true],
    ['552 Requested mail action aborted: exceeded storage allocation', true],
    ['550 5.1.1 Recipient unknown', true],
  ];
  for (const [reply, isPermanent] of surplus) {
    it(`${isPermanent ? 'is final for' : 'can be retried for'} a recipient refused with ${reply}, and the others get it`, async () => {
      for (const ehlo of ['250 hi', '250-hi\r\n250 PIPELINING']) {
        const answers = ['250 sender', '250 a', '250 b', '250 c', reply, '250 e', '354 go'];
        const peer = await site.start(
          startPeer((socket) => {
            recite(socket, ['220 hi', ehlo, ...answers]);
            atEndOfData(socket, () => socket.write('250 queued\r\n'));
          }),
        );
        const to = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@outside.test`);
        assert.deepEqual(await send(peer.port, open, { to }), {
          kind: 'accepted',
          reply: '250 queued',
          rejected: [{ recipient: 'd@outside.test', reply, isPermanent }],
        });
      }
    });
  }

  it('can be retried after too many recipients, whatever the other refusals are', async () => {
    for (const order of [1, -1]) {
      const answers = ['552 5.5.3 Too many recipients', '550 5.1.1 Unknown'];
      const replies = order === 1 ? answers : answers.toReversed();
      const peer = await site.start(
        startPeer((socket) => recite(socket, ['220 hi', '250 hi', '250 sender', ...replies])),
      );
      const to = ['a@outside.test', 'b@outside.test'];
      assert.deepEqual(await send(peer.port, open, { to }), {
        kind: 'temporary',
        outcome: 'recipients-refused',
        reply: '552 5.5.3 Too many recipients',
        handedOver: false,
      });
    }
  });

  it('fails when all recipients are refused', async () => {
    const server = await site.start(startMailServer(site.certificate));
    assert.deepEqual(await send(server.port, {}, { to: ['nobody@outside.test'] }), {
      kind: 'permanent',
      outcome: 'recipients-refused',
      reply: '550 5.1.1 User unknown',
      handedOver: false,
    });
  });

  it('does not start when the message exceeds the server’s limit', async () => {
    const server = await site.start(startMailServer({ ...site.certificate, size: 100 }));
    assert.deepEqual(await send(server.port), {
      kind: 'permanent',
      outcome: 'message-refused',
      reply: undefined,
      handedOver: false,
    });
    assert.deepEqual(server.senders, []);
  });

  it('fails permanently or temporarily, depending on the settings and the network', async () => {
    const cases: [more: Partial<SmtpEndpoint>, kind: string, outcome: string][] = [
      [{ host: parseHost('nowhere.test') }, 'permanent', 'name-unknown'],
      [{ host: parseHost('10.0.0.1') }, 'permanent', 'address-forbidden'],
      [{ security: 'none' }, 'permanent', 'plain-login-forbidden'],
      [{}, 'temporary', 'connection-refused'],
    ];
    for (const [more, kind, outcome] of cases) {
      const sent = await send(1, more);
      assert.deepEqual(sent, { kind, outcome, reply: undefined, handedOver: false });
    }
  });

  const answers: [to: string, lines: readonly string[], kind: string, outcome: string][] = [
    ['the greeting', ['421 4.3.2 busy'], 'temporary', 'server-unavailable'],
    ['MAIL', ['220 hi', '250 hi', '451 4.3.0 later'], 'temporary', 'sender-refused'],
    ['MAIL', ['220 hi', '250 hi', '421 4.3.0 bye'], 'temporary', 'server-unavailable'],
    [
      'RCPT',
      ['220 hi', '250 hi', '250 ok', '450 4.2.0 greylisted'],
      'temporary',
      'recipients-refused',
    ],
    [
      'DATA',
      ['220 hi', '250 hi', '250 ok', '250 ok', '554 5.5.1 no'],
      'permanent',
      'message-refused',
    ],
    [
      'pipelined MAIL',
      ['220 hi', '250-hi\r\n250 PIPELINING', '550 5.7.1 no\r\n503 a\r\n503 b'],
      'permanent',
      'sender-refused',
    ],
    [
      'pipelined MAIL',
      ['220 hi', '250-hi\r\n250 PIPELINING', '421 4.7.0 bye'],
      'temporary',
      'server-unavailable',
    ],
  ];
  for (const [to, lines, kind, outcome] of answers) {
    it(`fails without handing over the message when the answer to ${to} is ${lines.at(-1)?.slice(0, 12)}`, async () => {
      const peer = await site.start(startPeer((socket) => recite(socket, lines)));
      const sent = await send(peer.port, open);
      assert.ok(sent.kind !== 'accepted');
      assert.deepEqual([sent.kind, sent.outcome, sent.handedOver], [kind, outcome, false]);
      await peer.closed;
    });
  }

  it('fails temporarily when the work before its end fails', async () => {
    const server = await site.start(startMailServer(site.certificate));
    const content = { from: { address: from }, to: [], subject: 'Hi', text: 'Hello' };
    const sent = await sendMessage(
      endpointAt(server.port),
      site.policy(server.port),
      { envelope: { from, to: [from] }, content },
      { deadlineMs: 10_000, beforeEnd: async () => assert.fail('no database') },
    );
    assert.equal(sent.kind, 'temporary');
    assert.deepEqual(server.messages, []);
  });

  describe('after the end of the data', () => {
    const untilData = ['220 hi', '250 hi', '250 ok', '250 ok', '354 go'];

    for (const [reply, kind] of [
      ['451 4.3.0 later', 'temporary'],
      ['552 5.3.4 too big', 'permanent'],
    ] as const) {
      it(`is refused when the answer is ${reply}`, async () => {
        const peer = await site.start(
          startPeer((socket) => {
            recite(socket, untilData);
            atEndOfData(socket, () => socket.write(`${reply}\r\n`));
          }),
        );
        assert.deepEqual(await send(peer.port, open), {
          kind,
          outcome: 'message-refused',
          reply,
          handedOver: false,
        });
      });
    }

    it('may have succeeded when the connection breaks before the answer', async () => {
      const peer = await site.start(
        startPeer((socket) => {
          recite(socket, untilData);
          atEndOfData(socket, () => socket.destroy());
        }),
      );
      assert.deepEqual(await send(peer.port, open), {
        kind: 'temporary',
        outcome: 'connection-lost',
        reply: undefined,
        handedOver: true,
      });
    });

    it('may have succeeded when no answer arrives in time', async () => {
      const peer = await site.start(startPeer((socket) => recite(socket, untilData)));
      assert.deepEqual(await send(peer.port, open, { deadlineMs: 400 }), {
        kind: 'temporary',
        outcome: 'timed-out',
        reply: undefined,
        handedOver: true,
      });
      await peer.closed;
    });

    it('has failed when the connection broke within the data', async () => {
      const peer = await site.start(
        startPeer((socket) => {
          recite(socket, untilData);
          socket.on('data', (chunk) => void (chunk.length > 1000 && socket.destroy()));
        }),
      );
      const sent = await send(peer.port, open, { text: 'long line\n'.repeat(3_000_000) });
      assert.deepEqual(sent, {
        kind: 'temporary',
        outcome: 'connection-lost',
        reply: undefined,
        handedOver: false,
      });
    });
  });
});
