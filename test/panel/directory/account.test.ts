import assert from 'node:assert/strict';
import { resellerOf, scopeOf } from '../../../plugin/panel/directory/account.js';
import {
  type Plan,
  mayPassOn,
  planlessLimits,
  usualLimits,
} from '../../../plugin/panel/directory/plan.js';

describe('an account’s scope', () => {
  const account = { id: 7, mailboxId: undefined };

  it('is everything, a reseller’s part, an owner’s own, or one mailbox', () => {
    assert.deepEqual(scopeOf({ ...account, role: 'administrator' }), { kind: 'all' });
    assert.deepEqual(scopeOf({ ...account, role: 'reseller' }), { kind: 'reseller', accountId: 7 });
    assert.deepEqual(scopeOf({ ...account, role: 'customer' }), { kind: 'owner', accountId: 7 });
    const mailUser = { id: 7, role: 'mail-user', mailboxId: 9 } as const;
    assert.deepEqual(scopeOf(mailUser), { kind: 'mailbox', mailboxId: 9 });
  });

  it('assigns a reseller’s own domains to the reseller', () => {
    assert.equal(resellerOf({ id: 7, role: 'reseller', parentId: undefined }), 7);
    assert.equal(resellerOf({ id: 8, role: 'customer', parentId: 7 }), 7);
    assert.equal(resellerOf({ id: 8, role: 'customer', parentId: undefined }), undefined);
    assert.equal(resellerOf({ id: 1, role: 'administrator', parentId: undefined }), undefined);
  });
});

describe('a plan', () => {
  const plan: Plan = {
    id: 1,
    name: 'Business',
    permissions: ['aliases.manage'],
    webmails: ['roundcube', 'sogo'],
    maxMailboxes: 10,
    maxAliases: undefined,
    maxQuotaBytes: 1000,
    ...usualLimits,
    version: 1,
  };
  const cases: [why: string, other: Partial<Plan>, within: boolean][] = [
    ['the same', {}, true],
    ['less of everything', { permissions: [], webmails: ['sogo'], maxMailboxes: 1 }, true],
    ['another permission', { permissions: ['mailboxes.manage'] }, false],
    ['another webmail', { webmails: ['snappymail'] }, false],
    ['a higher limit', { maxMailboxes: 11 }, false],
    ['no limit where there is one', { maxQuotaBytes: undefined }, false],
    ['a limit where there is none', { maxAliases: 5 }, true],
    ['more SMTP servers', { maxSmtpServers: 51 }, false],
    ['no limit of messages', { maxMessages: undefined }, false],
    ['fewer messages', { maxMessages: 1, maxMessageBytes: 1 }, true],
  ];
  for (const [why, other, within] of cases) {
    it(`${within ? 'is' : 'is not'} within another plan with ${why}`, () => {
      assert.equal(mayPassOn({ ...plan, ...other }, plan), within);
    });
  }

  const ofPlanless: [why: string, other: Partial<Plan>, may: boolean][] = [
    ['the limits of a reseller without one', {}, true],
    ['any permission and webmail', { permissions: ['x.any'], webmails: ['snappymail'] }, true],
    ['no limit of mailboxes', { maxMailboxes: undefined }, false],
    ['no limit of aliases', { maxAliases: undefined }, false],
    ['no limit of a mailbox', { maxQuotaBytes: undefined }, false],
    ['no limit of messages', { maxMessages: undefined }, false],
    ['no limit of storage', { maxMessageBytes: undefined }, false],
    ['no limit of SMTP servers', { maxSmtpServers: undefined }, false],
    ['one mailbox more', { maxMailboxes: planlessLimits.maxMailboxes + 1 }, false],
  ];
  for (const [why, other, may] of ofPlanless) {
    it(`${may ? 'can' : 'cannot'} be given by a reseller without a plan with ${why}`, () => {
      assert.equal(mayPassOn({ ...plan, ...planlessLimits, ...other }, undefined), may);
    });
  }
});
