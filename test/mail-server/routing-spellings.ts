import type { Outcome } from '../../plugin/mail-server/routing/route.js';
import type { ContractCase } from './routing-contract.js';

const refused = (reply: string) => (): Outcome => ({ kind: 'refused', reply });
const toBox = (domain: string): Outcome => ({
  kind: 'accepted',
  deliveries: [{ to: 'mailbox', address: `box@${domain}` }],
});

const spelled = (
  title: string,
  recipient: (domain: string) => string,
  outcome: (domain: string) => Outcome,
): ContractCase => ({ title, policy: () => ({ unknown: 'reject' }), recipient, outcome });

/** The mailbox `box`, and unknown recipients, in unusual forms. */
export const spellings: readonly ContractCase[] = [
  spelled('a quoted local part', (domain) => `"box"@${domain}`, toBox),
  spelled('a quoted local part with a tag', (domain) => `"box+a b"@${domain}`, toBox),
  spelled(
    'a quoted postmaster with a tag',
    (domain) => `"postmaster+a b"@${domain}`,
    () => ({
      kind: 'accepted',
      deliveries: [{ to: 'mx', recipient: 'boss@outside.test' }],
    }),
  ),
  spelled('a dot at the end', (domain) => `box@${domain}.`, toBox),
  spelled(
    'two dots at the end',
    (domain) => `box@${domain}..`,
    refused('501 5.1.3 Bad recipient address syntax'),
  ),
  spelled('a source route', (domain) => `@one.test,@two.test:box@${domain}`, toBox),
  spelled('a tag longer than a name may be', (domain) => `box+${'t'.repeat(100)}@${domain}`, toBox),
  spelled(
    'a tag that makes the path too long',
    (domain) => `box+${'t'.repeat(260)}@${domain}`,
    refused('501 5.5.4 Syntax: RCPT TO:<address>'),
  ),
  spelled(
    'a name that starts with a hyphen',
    (domain) => `-box@${domain}`,
    refused('501 5.1.3 Bad recipient address syntax'),
  ),
  spelled(
    'a name that is a route',
    (domain) => `box%one.test@${domain}`,
    refused('554 5.7.1 Relay access denied'),
  ),
  spelled(
    'a quoted name that is a route',
    (domain) => `"box@one.test"@${domain}`,
    refused('554 5.7.1 Relay access denied'),
  ),
  spelled(
    'a letter that is ASCII once it is folded',
    (domain) => `bo\u017fs@${domain}`,
    refused('501 5.5.4 Syntax: RCPT TO:<address>'),
  ),
];
