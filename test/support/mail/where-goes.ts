import type { Installation } from './installation.js';
import type { Policy } from './panel.js';

const stranger = 'stranger@outside.test';

/** Where a message from outside to this recipient ends up, over a new connection. */
export async function whereGoes(
  mail: Installation,
  recipient: string,
  inbox: string,
): Promise<string> {
  const { rcpt, subject } = await mail.receiveQuickly({ from: stranger, to: recipient });
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
}

export interface PolicyState {
  readonly policy: Policy | 'off';
  /** The outcome for an unknown recipient, as `whereGoes` returns it. */
  readonly outcome: string;
}

/** The states of a domain with regard to unknown recipients. */
export function policyStates(mail: Installation, domain: string): readonly PolicyState[] {
  const recipient = `nobody@${domain}`;
  return [
    {
      policy: { unknown: 'reject' },
      outcome: '550 5.1.1 Recipient address rejected: User unknown in virtual mailbox table',
    },
    {
      policy: { unknown: 'reject', text: 'Gone.' },
      outcome: '550 5.1.1 Recipient address rejected: Gone.',
    },
    { policy: { unknown: 'bounce', text: 'Gone.' }, outcome: 'sender' },
    { policy: { unknown: 'forward', to: `box@${domain}` }, outcome: 'inbox' },
    {
      policy: { unknown: 'forward', to: 'far@outside.test' },
      outcome: 'outside far@outside.test',
    },
    {
      policy: { unknown: 'redirect', ip: mail.other.address, port: 25 },
      outcome: `other ${recipient}`,
    },
    {
      policy: { unknown: 'redirect', ip: mail.outside.address, port: 25 },
      outcome: `outside ${recipient}`,
    },
    { policy: 'off', outcome: '554 5.7.1 Relay access denied' },
  ];
}

export async function setState(
  { panel }: Installation,
  domain: string,
  { policy }: PolicyState,
): Promise<void> {
  await panel.setMailEnabled(domain, policy !== 'off');
  if (policy !== 'off') {
    await panel.setPolicy(domain, policy);
  }
}
