import assert from 'node:assert/strict';
import type { Failure } from '../../plugin/sending/outcomes.js';
import { SendingError } from '../../plugin/sending/sending-error.js';

describe('a failure to send', () => {
  const cases: [
    outcome: Failure,
    replyCode: number | undefined,
    isPermanent: boolean,
    why: string,
  ][] = [
    ['recipients-refused', 550, true, 'a retry would be refused as well'],
    ['recipients-refused', 450, false, 'the server asks to retry'],
    ['message-refused', 503, false, 'the next session may go better'],
    ['message-refused', undefined, true, 'it exceeds the server’s limit'],
    ['no-authentication-offered', 503, true, 'the next session will not offer it either'],
    ['no-authentication-offered', undefined, true, 'EHLO did not offer it'],
    ['login-refused', 535, true, 'another password must be entered'],
    ['server-unavailable', 421, false, 'the server says so'],
    ['address-forbidden', undefined, true, 'an administrator must allow it'],
    ['name-unavailable', undefined, false, 'name servers recover'],
    ['tls-expired', undefined, false, 'certificates are renewed'],
    ['connection-lost', undefined, false, 'networks recover'],
  ];
  for (const [outcome, replyCode, isPermanent, why] of cases) {
    it(`is ${isPermanent ? 'permanent' : 'temporary'} with ${outcome} ${replyCode ?? ''}: ${why}`, () => {
      assert.equal(new SendingError(outcome, { replyCode }).isPermanent, isPermanent);
    });
  }
});
