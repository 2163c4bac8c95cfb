import assert from 'node:assert/strict';
import { TLSSocket } from 'node:tls';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { parseHost } from '../../plugin/connecting/endpoint.js';
import { tryConnection } from '../../plugin/sending/try-connection.js';
import { createIssuer } from '../connecting/certificates.js';
import { recite, startMailServer, startPeer, startScript } from './mail-peer.js';
import { endpointAt, useSite } from './site.js';

const sender = EmailAddress.parse('box@mx.test');

describe('testing the connection to an SMTP server whose TLS is defective', () => {
  const site = useSite();

  it('reports an expired certificate', async () => {
    const server = await site.start(startMailServer(site.issuer.issueExpired('DNS:mx.test')));
    assert.equal(await site.outcomeAt(server.port), 'tls-expired');
    assert.deepEqual(server.logins, []);
  });

  it('reports a certificate for another name, with STARTTLS and with implicit TLS', async () => {
    const server = await site.start(startMailServer(site.certificate));
    assert.equal(
      await site.outcomeAt(server.port, { host: parseHost('alias.test') }),
      'tls-wrong-name',
    );
    const secured = await site.start(startMailServer({ ...site.certificate, secure: true }));
    const more = { host: parseHost('alias.test'), security: 'tls' } as const;
    assert.equal(await site.outcomeAt(secured.port, more), 'tls-wrong-name');
    assert.deepEqual([...server.logins, ...secured.logins], []);
  });

  it('reports an unknown issuer', async () => {
    const stranger = createIssuer();
    const server = await site.start(startMailServer(stranger.issue('DNS:mx.test')));
    stranger.remove();
    assert.equal(await site.outcomeAt(server.port), 'tls-unknown-issuer');
    assert.deepEqual(server.logins, []);
  });

  it('reports failed TLS when the server answers something else', async () => {
    const server = await site.start(startMailServer(site.certificate));
    assert.equal(await site.outcomeAt(server.port, { security: 'tls' }), 'tls-failed');
    const peer = await site.start(
      startPeer((socket) => {
        recite(socket, ['220 hi', '250-hi\r\n250 STARTTLS', '220 go']);
        socket.on('data', (chunk) => void (chunk[0] === 0x16 && socket.write('500 What?\r\n')));
      }),
    );
    assert.equal(await site.outcomeAt(peer.port), 'tls-failed');
  });

  it('reports missing STARTTLS, and sends no password', async () => {
    const server = await site.start(
      startMailServer({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true }),
    );
    assert.equal(await site.outcomeAt(server.port), 'no-starttls');
    assert.deepEqual(server.logins, []);
  });

  it('does not continue without TLS when STARTTLS is stripped or refused', async () => {
    for (const reply of ['454 4.7.0 TLS not available', '502 5.5.1 What?']) {
      const script = await site.start(
        startScript('220 hi', '250-hi\r\n250-XXXXXXXA\r\n250 AUTH PLAIN LOGIN', reply, '235 ok'),
      );
      const trial = await tryConnection(endpointAt(script.port), site.policy(script.port), {
        sender,
      });
      assert.deepEqual(trial, { outcome: 'no-starttls', reply });
      await script.closed;
      assert.doesNotMatch(script.heard(), /AUTH|MAIL|c2VjcmV0|secret/);
    }
  });

  it('ignores capabilities announced before TLS', async () => {
    const peer = await site.start(
      startPeer((socket) => {
        recite(socket, ['220 hi', '250-hi\r\n250-AUTH PLAIN\r\n250 STARTTLS', '220 go']);
        socket.on('data', (chunk) => {
          if (chunk.toString().startsWith('STARTTLS')) {
            const secured = new TLSSocket(socket.removeAllListeners('data'), {
              ...site.certificate,
              isServer: true,
            });
            secured.on('data', () => secured.write('250 hi\r\n'));
          }
        });
      }),
    );
    assert.equal(await site.outcomeAt(peer.port), 'no-authentication-offered');
  });
});
