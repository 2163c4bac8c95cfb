import assert from 'node:assert/strict';
import { engines } from '../support/app.js';
import type { Installation } from '../support/mail/installation.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';
import { until } from '../support/processes.js';
import type { Policy } from '../support/mail/panel.js';
import { policyStates, setState, whereGoes } from '../support/mail/where-goes.js';

for (const engine of engines) {
  describe(`changes on ${engine}`, () => {
    let mail: Installation;

    before(async () => {
      mail = await sharedInstallation(engine);
    });

    const goesTo = (recipient: string, inbox: string): Promise<string> =>
      whereGoes(mail, recipient, inbox);

    const assertFollowsSuspension = async (recipient: string, inbox: string): Promise<void> => {
      assert.equal(await goesTo(recipient, inbox), 'inbox');
      await mail.panel.setMailbox(inbox, { suspended: true });
      assert.equal(
        await goesTo(recipient, ''),
        '550 5.2.1 Recipient address rejected: Mailbox disabled',
      );
      await mail.panel.setMailbox(inbox, { suspended: false });
      assert.equal(await goesTo(recipient, inbox), 'inbox');
    };

    // The views are the same on both engines: on one, each policy is only tested after one other.
    const sequence = engine === 'sqlite' ? eachAfterEachOther : withTheFirstAgain;

    it(`from each policy to ${engine === 'sqlite' ? 'each other' : 'the next'} are live at the next message to the same recipient`, async () => {
      const domain = await mail.domain();
      for (const state of sequence(policyStates(mail, domain))) {
        await setState(mail, domain, state);
        const inbox = state.policy === 'off' ? '' : `box@${domain}`;
        assert.equal(await goesTo(`nobody@${domain}`, inbox), state.outcome);
      }
    });

    for (const unknown of ['redirect', 'forward', 'bounce'] as const) {
      it(`to mailboxes and aliases are live at the next message with the policy ${unknown}`, async () => {
        const domain = await mail.domain();
        const recipient = `new@${domain}`;
        const policies: Record<typeof unknown, [policy: Policy, outcome: string]> = {
          redirect: [
            { unknown: 'redirect', ip: mail.other.address, port: 25 },
            `other ${recipient}`,
          ],
          forward: [{ unknown: 'forward', to: 'far@outside.test' }, 'outside far@outside.test'],
          bounce: [{ unknown: 'bounce', text: 'Gone.' }, 'sender'],
        };
        const [policy, toNobody] = policies[unknown];
        await mail.panel.setPolicy(domain, policy);
        assert.equal(await goesTo(recipient, ''), toNobody);

        await mail.panel.createMailbox(recipient);
        await assertFollowsSuspension(recipient, recipient);
        await mail.panel.removeMailbox(recipient);
        assert.equal(await goesTo(recipient, ''), toNobody);

        await mail.panel.createAlias(recipient, [`box@${domain}`]);
        assert.equal(await goesTo(recipient, `box@${domain}`), 'inbox');
        await mail.panel.removeAlias(recipient);
        assert.equal(await goesTo(recipient, ''), toNobody);
      });
    }

    it('to a suspended mailbox are live at the next message to its alias', async () => {
      const domain = await mail.domain();
      const [inbox, alias] = [`box@${domain}`, `alias@${domain}`];
      await assertFollowsSuspension(alias, inbox);
    });

    it('that add or remove a domain are live at the next message', async () => {
      assert.equal(await goesTo('box@brandnew.test', ''), '554 5.7.1 Relay access denied');
      await mail.panel.createDomain('brandnew.test');
      await mail.panel.createMailbox('box@brandnew.test');
      assert.equal(await goesTo('box@brandnew.test', 'box@brandnew.test'), 'inbox');
      await mail.panel.removeDomain('brandnew.test');
      assert.equal(await goesTo('box@brandnew.test', ''), '554 5.7.1 Relay access denied');
    });

    it('at the server of a redirected domain are live within seconds', async () => {
      const domain = await mail.domain({ unknown: 'redirect', ip: mail.other.address, port: 25 });
      const recipient = `late@${domain}`;
      mail.other.unknown.add(recipient);
      assert.match(await goesTo(recipient, ''), /^550 5\.1\.1 /);
      mail.other.unknown.delete(recipient);
      await until(async () => (await goesTo(recipient, '')) === `other ${recipient}`);
    });
  });
}

/** A sequence in which every two different elements follow each other once, in either order. */
function eachAfterEachOther<T>(elements: readonly T[]): T[] {
  const pairs = elements.flatMap((first, index) =>
    elements.slice(index + 1).flatMap((second) => [first, second]),
  );
  return [...pairs, ...elements.slice(0, 1)];
}

function withTheFirstAgain<T>(elements: readonly T[]): T[] {
  return [...elements, ...elements.slice(0, 1)];
}
