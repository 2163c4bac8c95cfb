import assert from 'node:assert/strict';
import { EmailAddress } from '../../plugin/addresses/index.js';
import { tryConnection } from '../../plugin/sending/try-connection.js';
import { startScript } from './mail-peer.js';
import { endpointAt, useSite } from './site.js';

const none = { kind: 'none' } as const;
const sender = EmailAddress.parse('box@mx.test');

describe('testing a server that checks the name in EHLO', () => {
  const site = useSite();
  const refusal = '504 5.5.2 <[127.0.0.1]>: Helo command rejected: need fully-qualified hostname';
  const later = '450 4.7.1 <mail.panel.test>: Helo command rejected: Host not found';
  const cases: [to: string, replies: readonly string[], outcome: string][] = [
    ['EHLO and HELO', [refusal, refusal], 'client-name-refused'],
    ['EHLO, for now', [later, later], 'client-name-refused'],
    ['MAIL', ['250 hi', refusal], 'client-name-refused'],
    ['MAIL, for now', ['250 hi', later], 'client-name-refused'],
    ['MAIL, of something else', ['250 hi', '550 5.7.1 Not from you'], 'sender-refused'],
    ['MAIL, out of turn', ['250 hi', '503 5.5.1 Send HELO first'], 'sender-refused'],
    ['EHLO, not implemented', ['502 No', '502 No'], 'server-refused'],
  ];
  for (const [to, replies, outcome] of cases) {
    it(`blames the name where it should when the server refuses ${to}`, async () => {
      const script = await site.start(startScript('220 hi', ...replies));
      const endpoint = endpointAt(script.port, { security: 'none', authentication: none });
      const trial = await tryConnection(endpoint, site.policy(script.port), { sender });
      assert.equal(trial.outcome, outcome);
    });
  }

  it('blames the name with STARTTLS too', async () => {
    const script = await site.start(startScript('220 hi', refusal));
    assert.equal(await site.outcomeAt(script.port), 'client-name-refused');
  });

  it('sends the configured name, or else the address', async () => {
    for (const [clientName, heard] of [
      ['mail.panel.test', 'EHLO mail.panel.test'],
      [undefined, 'EHLO [127.0.0.1]'],
    ] as const) {
      const script = await site.start(startScript('220 hi', '250 hi'));
      const endpoint = endpointAt(script.port, { security: 'none', authentication: none });
      const policy = site.policy(script.port, clientName === undefined ? {} : { clientName });
      await tryConnection(endpoint, policy);
      assert.ok(script.heard().startsWith(`${heard}\r\n`), script.heard());
    }
  });
});
