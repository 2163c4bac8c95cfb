import assert from 'node:assert/strict';
import { policies } from '../../plugin/features/domain-mail/policies/index.js';
import type { Installation } from '../support/mail/installation.js';
import { policyStates } from '../support/mail/where-goes.js';
import { contractPolicies } from './routing-contract.js';

const servers = { other: '192.0.2.1' };

describe('every policy for unknown recipients', () => {
  for (const { key } of policies) {
    it(`has cases in the contract of the routing: ${key}`, () => {
      const known = Object.values(contractPolicies).map((make) => make('d.test', servers).unknown);
      assert.ok(
        known.some((unknown) => unknown === key),
        'routing-contract.ts has none',
      );
    });

    it(`is among the states of the live tests: ${key}`, () => {
      const server = { address: servers.other };
      const mail = { other: server, outside: server } as Installation;
      const states = policyStates(mail, 'd.test');
      assert.ok(
        states.some(({ policy }) => policy !== 'off' && policy.unknown === key),
        'where-goes.ts has none',
      );
    });
  }
});
