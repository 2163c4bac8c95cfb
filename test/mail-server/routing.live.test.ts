import assert from 'node:assert/strict';
import type { Delivery, Outcome } from '../../plugin/mail-server/routing/route.js';
import { oneEngine } from '../support/app.js';
import type { Installation } from '../support/mail/installation.js';
import { rowsPanel } from '../support/mail/rows-panel.js';
import { sharedInstallation } from '../support/mail/shared-installation.js';
import { contract, inOrder, ownerEmail } from './routing-contract.js';

for (const engine of oneEngine) {
  describe(`what Postfix does with a message on ${engine}`, () => {
    let mail: Installation;

    before(async () => {
      mail = await sharedInstallation(engine);
    });

    for (const { title, policy, prepare, recipient, outcome } of contract) {
      it(title, async () => {
        const servers = { other: mail.other.address };
        const domain = await mail.domain(undefined, ownerEmail);
        await mail.panel.setPolicy(domain, policy(domain, servers));
        // The panel refuses some of these settings, but their effect in Postfix must be known.
        await prepare?.(rowsPanel(mail.app.db.knex, mail.app.maps), domain);
        const expected = outcome(domain, servers);
        assert.deepEqual(
          inOrder(await observed(mail, recipient(domain), expected)),
          inOrder(expected),
        );
      });
    }
  });
}

/** The observable outcome, in the terms of the contract. */
async function observed(
  mail: Installation,
  recipient: string,
  expected: Outcome,
): Promise<Outcome> {
  const { rcpt, end, subject } = await mail.receiveQuickly({
    from: 'stranger@client.test',
    to: recipient,
  });
  const refusal = [rcpt[0] ?? '', end ?? ''].find((reply) => /^[45]/.test(reply));
  if (refusal !== undefined) {
    return {
      kind: 'refused',
      reply: refusal.replace(/<[^ ].*?>: /, '').replace('Recipient address rejected: ', ''),
    };
  }

  const [mailboxes, asks] =
    expected.kind === 'accepted' ? [expected.deliveries, expected.asks] : [[]];
  const deliveries: Delivery[] = [];
  for (const delivery of mailboxes) {
    if (delivery.to === 'mailbox' && (await mail.copies(delivery.address, subject)) === 1) {
      deliveries.push(delivery);
    }
  }
  return {
    kind: 'accepted',
    deliveries: [...deliveries, ...relayed(mail, subject), ...returned(mail, subject)],
    // A query to the other server only shows in its refusals, which other tests cover.
    ...(asks !== undefined && { asks }),
  };
}

function relayed(mail: Installation, subject: string): Delivery[] {
  return [
    ...mail.other.about(subject).flatMap(({ to }) =>
      to.map((recipient): Delivery => ({
        to: 'server',
        server: `[${mail.other.address}]:25`,
        recipient,
      })),
    ),
    ...mail.outside
      .about(subject)
      .flatMap(({ from, to }) =>
        from === '' ? [] : to.map((recipient): Delivery => ({ to: 'mx', recipient })),
      ),
  ];
}

/** From the delivery status notifications that the sender received. */
function returned(mail: Installation, subject: string): Delivery[] {
  return mail.outside
    .about(subject)
    .filter(({ from }) => from === '')
    .map(({ text }) => {
      const report = text.replaceAll(/\r\n[ \t]+/g, ' ');
      const field = (name: string): string =>
        new RegExp(`^${name}: (.*)\\r$`, 'm').exec(report)?.[1] ?? '';
      const diagnostic = field('Diagnostic-Code').replace(/^[\w-]+; /, '');
      return {
        to: 'sender',
        recipient: field('Final-Recipient').replace('rfc822; ', ''),
        status: field('Status'),
        text: /User doesn't exist/.exec(diagnostic)?.[0] ?? diagnostic,
      };
    });
}
