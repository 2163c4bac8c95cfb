import assert from 'node:assert/strict';
import { EmailAddress } from '../../plugin/addresses/index.js';
import type { OutgoingMessage } from '../../plugin/sending/outgoing-message.js';
import { sendMessage } from '../../plugin/sending/send-message.js';
import { type MailServer, startMailServer } from './mail-peer.js';
import { endpointAt, useSite } from './site.js';

describe('the work before the end of a message', () => {
  const site = useSite();
  let server: MailServer;
  beforeEach(async () => {
    server = await site.start(startMailServer({ ...site.certificate }));
  });

  const send = (text: string, beforeEnd: () => Promise<void>) =>
    sendMessage(endpointAt(server.port), site.policy(server.port), messageWith(text), {
      deadlineMs: 10_000,
      beforeEnd,
    });

  for (const [size, text] of [
    ['small', 'Hello'],
    ['large', 'Hello again. '.repeat(200_000)],
  ] as const) {
    it(`runs before the server receives the end of the message: ${size}`, async () => {
      const before = server.messages.length;
      const sent = await send(text, async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        assert.equal(server.messages.length, before);
      });
      assert.equal(sent.kind, 'accepted');
      assert.equal(server.messages.length, before + 1);
    });

    it(`prevents the server from accepting the message when it fails: ${size}`, async () => {
      const before = server.messages.length;
      const sent = await send(text, async () => {
        throw new Error('no');
      });
      assert.ok(sent.kind !== 'accepted');
      assert.equal(sent.handedOver, false);
      await send('Another', async () => {});
      assert.equal(server.messages.length, before + 1);
      assert.match(server.messages.at(-1) ?? '', /Another/);
    });
  }
});

function messageWith(text: string): OutgoingMessage {
  const from = EmailAddress.parse('shop@marie.example');
  const to = EmailAddress.parse('anna@elsewhere.test');
  return {
    envelope: { from, to: [to] },
    content: { from: { address: from }, to: [{ address: to }], subject: 'Test', text },
  };
}
