import assert from 'node:assert/strict';
import { engines } from '../support/app.js';
import type { Installation } from '../support/mail/installation.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';
import { until } from '../support/processes.js';
import type { Policy } from '../support/mail/panel.js';

const stranger = 'stranger@outside.test';

for (const engine of engines) {
  describe(`changes, on ${engine}`, () => {
    let mail: Installation;

    before(async () => {
      mail = await sharedInstallation(engine);
    });

    /** Where a message from outside to this recipient ends up, over a new connection. */
    const whereGoes = async (recipient: string, inbox: string): Promise<string> => {
      const { rcpt, subject } = await mail.receive({ from: stranger, to: recipient });
      const reply = rcpt[0] ?? '';
      if (!reply.startsWith('250')) {
        return reply.replace(`<${recipient}>: `, '');
      }
      const sunk = [
        ...mail.outside
          .about(subject)
          .map(({ from, to }) => (from === '' ? 'sender' : `outside ${to.join()}`)),
        ...mail.other.about(subject).map(({ to }) => `other ${to.join()}`),
      ];
      const copies = inbox === '' ? 0 : await mail.copies(inbox, subject);
      return [...sunk, ...Array.from({ length: copies }, () => 'inbox')].join(' and ');
    };

    it('from each policy to each other are live at the next message to the same recipient', async () => {
      const domain = await mail.domain();
      const [inbox, recipient] = [`box@${domain}`, `nobody@${domain}`];
      const states: readonly (readonly [policy: Policy | 'off', outcome: string])[] = [
        [
          { unknown: 'reject' },
          '550 5.1.1 Recipient address rejected: User unknown in virtual mailbox table',
        ],
        [{ unknown: 'reject', text: 'Gone.' }, '550 5.1.1 Recipient address rejected: Gone.'],
        [{ unknown: 'bounce', text: 'Gone.' }, 'sender'],
        [{ unknown: 'forward', to: inbox }, 'inbox'],
        [{ unknown: 'forward', to: 'far@outside.test' }, 'outside far@outside.test'],
        [{ unknown: 'redirect', ip: mail.other.address, port: 25 }, `other ${recipient}`],
        [{ unknown: 'redirect', ip: mail.outside.address, port: 25 }, `outside ${recipient}`],
        ['off', '554 5.7.1 Relay access denied'],
      ];

      for (const [policy, outcome] of eachAfterEachOther(states)) {
        await mail.panel.setMailEnabled(domain, policy !== 'off');
        if (policy !== 'off') {
          await mail.panel.setPolicy(domain, policy);
        }
        assert.equal(await whereGoes(recipient, policy === 'off' ? '' : inbox), outcome);
      }
    });

    for (const unknown of ['redirect', 'forward', 'bounce'] as const) {
      it(`to mailboxes and aliases are live at the next message to a domain whose policy is ${unknown}`, async () => {
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
        assert.equal(await whereGoes(recipient, ''), toNobody);

        await mail.panel.createMailbox(recipient);
        assert.equal(await whereGoes(recipient, recipient), 'inbox');
        await mail.panel.setMailbox(recipient, { suspended: true });
        assert.equal(
          await whereGoes(recipient, ''),
          '550 5.2.1 Recipient address rejected: Mailbox disabled',
        );
        await mail.panel.setMailbox(recipient, { suspended: false });
        assert.equal(await whereGoes(recipient, recipient), 'inbox');
        await mail.panel.removeMailbox(recipient);
        assert.equal(await whereGoes(recipient, ''), toNobody);

        await mail.panel.createAlias(recipient, [`box@${domain}`]);
        assert.equal(await whereGoes(recipient, `box@${domain}`), 'inbox');
        await mail.panel.removeAlias(recipient);
        assert.equal(await whereGoes(recipient, ''), toNobody);
      });
    }

    it('to a suspended mailbox are live at the next message to an alias of it', async () => {
      const domain = await mail.domain();
      const [inbox, alias] = [`box@${domain}`, `alias@${domain}`];
      assert.equal(await whereGoes(alias, inbox), 'inbox');
      await mail.panel.setMailbox(inbox, { suspended: true });
      assert.equal(await whereGoes(alias, ''), 'sender');
      await mail.panel.setMailbox(inbox, { suspended: false });
      assert.equal(await whereGoes(alias, inbox), 'inbox');
    });

    it('of a domain that is added or removed are live at the next message', async () => {
      assert.equal(await whereGoes('box@brandnew.test', ''), '554 5.7.1 Relay access denied');
      await mail.panel.createDomain('brandnew.test');
      await mail.panel.createMailbox('box@brandnew.test');
      assert.equal(await whereGoes('box@brandnew.test', 'box@brandnew.test'), 'inbox');
      await mail.panel.removeDomain('brandnew.test');
      assert.equal(await whereGoes('box@brandnew.test', ''), '554 5.7.1 Relay access denied');
    });

    it('of the other server are noticed within seconds', async () => {
      const domain = await mail.domain({ unknown: 'redirect', ip: mail.other.address, port: 25 });
      const recipient = `late@${domain}`;
      mail.other.unknown.add(recipient);
      assert.match(await whereGoes(recipient, ''), /^550 5\.1\.1 /);
      mail.other.unknown.delete(recipient);
      await until(async () => (await whereGoes(recipient, '')) === `other ${recipient}`);
    });
  });
}

/** A sequence in which each two different elements once follow each other in either order. */
function eachAfterEachOther<T>(elements: readonly T[]): T[] {
  const pairs = elements.flatMap((first, index) =>
    elements.slice(index + 1).flatMap((second) => [first, second]),
  );
  return [...pairs, ...elements.slice(0, 1)];
}
