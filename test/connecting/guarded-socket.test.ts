import assert from 'node:assert/strict';
import { connectTimeoutMs } from '../../plugin/connecting/guarded-socket.js';

const cases: [deadlineMs: number, addresses: number, timeoutMs: number, why: string][] = [
  [720_000, 1, 30_000, 'a message has a long deadline, its connection a short one'],
  [720_000, 4, 30_000, 'for any number of addresses'],
  [30_000, 4, 7500, 'each address gets its turn within the deadline'],
  [4000, 1, 4000, 'nothing outlives the deadline'],
];

describe('the connect timeout', () => {
  for (const [deadlineMs, addresses, timeoutMs, why] of cases) {
    it(`is ${timeoutMs} ms of ${deadlineMs} for ${addresses} addresses: ${why}`, () => {
      assert.equal(connectTimeoutMs(deadlineMs, addresses), timeoutMs);
    });
  }
});
