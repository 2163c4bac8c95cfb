import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { tryConnection } from '../../plugin/sending/try-connection.js';
import { drip, flood, recite, startMailServer, startPeer, startScript } from './mail-peer.js';
import { endpointAt, useSite } from './site.js';

describe('testing the connection to a server', () => {
  const site = useSite();

  describe('that speaks no SMTP or refuses', () => {
    const cases: [what: string, greeting: string, outcome: string, reply: string | undefined][] = [
      ['garbage', 'SSH-2.0-OpenSSH_9.2', 'protocol-error', 'SSH-2.0-OpenSSH_9.2'],
      ['a web server', 'HTTP/1.1 400 Bad Request', 'protocol-error', 'HTTP/1.1 400 Bad Request'],
      ['a server that shuts down', '421 4.3.2 closing', 'server-unavailable', '421 4.3.2 closing'],
      ['a server that blocks us', '554 5.7.1 blocked', 'server-refused', '554 5.7.1 blocked'],
    ];
    for (const [what, greeting, outcome, reply] of cases) {
      it(`recognizes ${what}`, async () => {
        const script = await site.start(startScript(greeting));
        const trial = await tryConnection(endpointAt(script.port), site.policy(script.port));
        assert.deepEqual(trial, { outcome, reply });
      });
    }

    it('reports one that disconnects, before and after its greeting', async () => {
      const mute = await site.start(startPeer((socket) => socket.end()));
      assert.equal(await site.outcomeAt(mute.port), 'connection-lost');
      const curt = await site.start(startPeer((socket) => socket.end('220 hi\r\n')));
      assert.equal(await site.outcomeAt(curt.port), 'connection-lost');
    });

    for (const security of ['starttls', 'tls'] as const) {
      for (const [how, leave] of [
        ['disconnects', (socket: Socket) => socket.end()],
        ['resets the connection', (socket: Socket) => socket.resetAndDestroy()],
      ] as const) {
        it(`reports at once one that ${how} in the handshake of ${security}`, async () => {
          const peer = await site.start(
            startPeer((socket) => {
              if (security === 'starttls') {
                recite(socket, ['220 hi', '250-hi\r\n250 STARTTLS', '220 go']);
              }
              socket.on('data', (chunk) => void (chunk[0] === 0x16 && leave(socket)));
            }),
          );
          assert.equal(await site.outcomeAt(peer.port, { security }), 'tls-failed');
        });
      }
    }

    it('does not wait for the reply to QUIT', async () => {
      const script = await site.start(startScript('220 hi', '250 hi'));
      const more = { security: 'none', authentication: { kind: 'none' } } as const;
      assert.equal(await site.outcomeAt(script.port, more), 'ok');
      await script.closed;
      assert.match(script.heard(), /^EHLO \S+\r\nQUIT\r\n$/);
    });

    const endless: [what: string, text: string][] = [
      ['an answer', '220-and another thing\r\n'],
      ['a line', 'and so on '],
      ['nothing, line by line', '\r\n'.repeat(32_768)],
    ];
    for (const [what, text] of endless) {
      it(`stops at ${what} without end`, async () => {
        const peer = await site.start(startPeer((socket) => flood(socket, text)));
        assert.equal(await site.outcomeAt(peer.port), 'protocol-error');
        await peer.closed;
      });
    }
  });

  describe('that is slow', () => {
    const upTo: [where: string, lines: readonly string[], after: string, drip: string][] = [
      ['its greeting', [''], '', '2'],
      ['its answer to EHLO', ['220 hi'], 'EHLO', '2'],
      [
        'the TLS handshake',
        ['220 hi', '250-hi\r\n250 STARTTLS', '220 go'],
        '\x16',
        '\x16\x03\x03\x3f\xff2',
      ],
    ];
    for (const [where, lines, after, text] of upTo) {
      it(`stops at the deadline while the server sends ${where} byte by byte`, async () => {
        const peer = await site.start(
          startPeer((socket) => {
            recite(socket, lines);
            const start = (heard: string): void =>
              void (heard.startsWith(after) && drip(socket, text));
            start('');
            socket.on('data', (chunk) => start(chunk.toString('latin1')));
          }),
        );
        const trial = await tryConnection(endpointAt(peer.port), site.policy(peer.port), {
          deadlineMs: 400,
        });
        assert.equal(trial.outcome, 'timed-out');
        await peer.closed;
      });
    }

    it('stops at the deadline when the server is silent, before TLS and after', async () => {
      const silent = await site.start(startPeer(() => {}));
      for (const security of ['starttls', 'tls'] as const) {
        const trial = await tryConnection(
          endpointAt(silent.port, { security }),
          site.policy(silent.port),
          {
            deadlineMs: 200,
          },
        );
        assert.equal(trial.outcome, 'timed-out');
      }
      const slow = await site.start(startMailServer({ ...site.certificate, onAuth() {} }));
      const trial = await tryConnection(endpointAt(slow.port), site.policy(slow.port), {
        deadlineMs: 400,
      });
      assert.equal(trial.outcome, 'timed-out');
    });
  });
});
