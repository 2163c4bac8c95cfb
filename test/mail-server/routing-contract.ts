import type { Delivery, Outcome } from '../../plugin/mail-server/routing/route.js';
import type { MailPanel, Policy } from '../support/mail/panel.js';
import { spellings } from './routing-spellings.js';

/** Foreign servers; `address` is where they listen. */
interface Servers {
  readonly other: string;
}

export interface ContractCase {
  readonly title: string;
  readonly policy: (domain: string, servers: Servers) => Policy;
  /** Adds to the mailbox `box` and its alias `alias`. */
  readonly prepare?: (panel: MailPanel, domain: string) => Promise<void>;
  readonly recipient: (domain: string) => string;
  readonly outcome: (domain: string, servers: Servers) => Outcome;
}

/** Postfix handles a message's recipients in any order. */
export function inOrder(outcome: Outcome): Outcome {
  return outcome.kind === 'refused'
    ? outcome
    : {
        ...outcome,
        deliveries: outcome.deliveries.toSorted((a, b) =>
          JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
        ),
      };
}

export const ownerEmail = 'boss@outside.test';

const reject = (): Policy => ({ unknown: 'reject' });
const rejectText = (): Policy => ({ unknown: 'reject', text: 'Gone.' });
const bounce = (): Policy => ({ unknown: 'bounce', text: 'Gone.' });
const forward = (): Policy => ({ unknown: 'forward', to: 'far@outside.test' });
const redirect = (_domain: string, { other }: Servers): Policy => ({
  unknown: 'redirect',
  ip: other,
  port: 25,
});
/** Of each policy for unknown recipients, at least one. */
export const contractPolicies = { reject, rejectText, bounce, forward, redirect };

const at =
  (name: string) =>
  (domain: string): string =>
    `${name}@${domain}`;
const accepted = (...deliveries: readonly Delivery[]): Outcome => ({
  kind: 'accepted',
  deliveries,
});
const refused = (reply: string) => (): Outcome => ({ kind: 'refused', reply });
const toBox = (domain: string): Outcome => accepted({ to: 'mailbox', address: `box@${domain}` });
const toMx = (recipient: string) => (): Outcome => accepted({ to: 'mx', recipient });
const suspendBox = (panel: MailPanel, domain: string): Promise<void> =>
  panel.setMailbox(`box@${domain}`, { suspended: true });

/** What holds for every policy. */
const forEachPolicy = (name: keyof typeof contractPolicies): ContractCase[] => {
  const policy = contractPolicies[name];
  return [
    { title: `${name}: a mailbox`, policy, recipient: at('box'), outcome: toBox },
    { title: `${name}: a tagged mailbox`, policy, recipient: at('BOX+tag'), outcome: toBox },
    { title: `${name}: an alias`, policy, recipient: at('alias'), outcome: toBox },
    { title: `${name}: a tagged alias`, policy, recipient: at('alias+tag'), outcome: toBox },
    {
      title: `${name}: the postmaster`,
      policy,
      recipient: at('postmaster'),
      outcome: toMx(ownerEmail),
    },
    {
      title: `${name}: a suspended mailbox`,
      policy,
      prepare: suspendBox,
      recipient: at('box'),
      outcome: refused('550 5.2.1 Mailbox disabled'),
    },
    {
      title: `${name}: an alias to a suspended mailbox`,
      policy,
      prepare: suspendBox,
      recipient: at('alias'),
      outcome: refused('550 5.2.1 Mailbox disabled'),
    },
    {
      title: `${name}: a tagged alias to a tagged address of a suspended mailbox, over another`,
      policy,
      prepare: async (panel, domain) => {
        await panel.createAlias(`inner@${domain}`, [`box+orders@${domain}`]);
        await panel.createAlias(`outer@${domain}`, [`inner+x@${domain}`, `alias@${domain}`]);
        await suspendBox(panel, domain);
      },
      recipient: at('outer+tag'),
      outcome: refused('550 5.2.1 Mailbox disabled'),
    },
    {
      title: `${name}: an alias to a suspended mailbox and to another`,
      policy,
      prepare: async (panel, domain) => {
        await panel.createMailbox(`two@${domain}`);
        await panel.createAlias(`team@${domain}`, [`two@${domain}`, `box@${domain}`]);
        await suspendBox(panel, domain);
      },
      recipient: at('team'),
      outcome: (domain) =>
        accepted(
          { to: 'mailbox', address: `two@${domain}` },
          {
            to: 'sender',
            recipient: `box@${domain}`,
            status: '5.2.1',
            text: 'Mailbox disabled',
          },
        ),
    },
    {
      title: `${name}: a tagged postmaster`,
      policy,
      recipient: at('Postmaster+tag'),
      outcome: toMx(ownerEmail),
    },
    {
      title: `${name}: mail is off`,
      policy,
      prepare: (panel, domain) => panel.setMailEnabled(domain, false),
      recipient: at('box'),
      outcome: refused('554 5.7.1 Relay access denied'),
    },
  ];
};

export const contract: readonly ContractCase[] = [
  ...(Object.keys(contractPolicies) as (keyof typeof contractPolicies)[]).flatMap(forEachPolicy),
  {
    title: 'reject: an unknown recipient',
    policy: reject,
    recipient: at('nobody'),
    outcome: refused('550 5.1.1 User unknown in virtual mailbox table'),
  },
  {
    title: 'rejectText: an unknown recipient',
    policy: rejectText,
    recipient: at('nobody'),
    outcome: refused('550 5.1.1 Gone.'),
  },
  {
    title: 'bounce: an unknown recipient',
    policy: bounce,
    recipient: at('nobody'),
    outcome: (domain) =>
      accepted({ to: 'sender', recipient: `nobody@${domain}`, status: '5.1.1', text: 'Gone.' }),
  },
  {
    title: 'forward: an unknown recipient',
    policy: forward,
    recipient: at('nobody'),
    outcome: toMx('far@outside.test'),
  },
  {
    title: 'forward: a tagged unknown recipient',
    policy: forward,
    recipient: at('nobody+tag'),
    outcome: toMx('far@outside.test'),
  },
  {
    title: 'forward to a mailbox: an unknown recipient',
    policy: (domain) => ({ unknown: 'forward', to: `box@${domain}` }),
    recipient: at('nobody'),
    outcome: toBox,
  },
  {
    title: 'redirect: an unknown recipient',
    policy: redirect,
    recipient: at('nobody'),
    outcome: (domain, { other }) => ({
      kind: 'accepted',
      asks: `[${other}]:25`,
      deliveries: [{ to: 'server', server: `[${other}]:25`, recipient: `nobody@${domain}` }],
    }),
  },
  {
    title: 'redirect: an alias to an unknown recipient',
    policy: redirect,
    prepare: (panel, domain) => panel.createAlias(`there@${domain}`, [`nobody@${domain}`]),
    recipient: at('there'),
    outcome: (domain, { other }) =>
      accepted({ to: 'server', server: `[${other}]:25`, recipient: `nobody@${domain}` }),
  },
  {
    title: 'rejectText: an alias to an unknown recipient',
    policy: rejectText,
    prepare: (panel, domain) => panel.createAlias(`there@${domain}`, [`nobody@${domain}`]),
    recipient: at('there'),
    outcome: (domain) =>
      accepted({ to: 'sender', recipient: `nobody@${domain}`, status: '5.1.1', text: 'Gone.' }),
  },
  {
    title: 'reject: an alias to an unknown recipient',
    policy: reject,
    prepare: (panel, domain) => panel.createAlias(`there@${domain}`, [`nobody@${domain}`]),
    recipient: at('there'),
    outcome: (domain) =>
      accepted({
        to: 'sender',
        recipient: `nobody@${domain}`,
        status: '5.1.1',
        text: "User doesn't exist",
      }),
  },
  {
    title: 'an alias to an alias, a mailbox twice, and outside with the tag',
    policy: reject,
    prepare: (panel, domain) =>
      panel.createAlias(`team@${domain}`, [`alias@${domain}`, `box@${domain}`, 'far@outside.test']),
    recipient: at('team+x'),
    outcome: (domain) =>
      accepted(
        { to: 'mailbox', address: `box@${domain}` },
        { to: 'mx', recipient: 'far+x@outside.test' },
      ),
  },
  {
    title: 'aliases that lead in a circle',
    policy: reject,
    prepare: async (panel, domain) => {
      await panel.createAlias(`ping@${domain}`, [`pong@${domain}`]);
      await panel.createAlias(`pong@${domain}`, [`ping@${domain}`]);
    },
    recipient: at('ping'),
    outcome: refused('451 4.6.0 Alias expansion error'),
  },
  {
    title: 'a catch-all to a suspended mailbox',
    policy: (domain) => ({ unknown: 'forward', to: `box+all@${domain}` }),
    prepare: suspendBox,
    recipient: at('nobody'),
    outcome: refused('550 5.2.1 Mailbox disabled'),
  },
  {
    title: 'the postmaster of a domain with a catch-all to a suspended mailbox',
    policy: (domain) => ({ unknown: 'forward', to: `box@${domain}` }),
    prepare: suspendBox,
    recipient: at('postmaster'),
    outcome: toMx(ownerEmail),
  },
  {
    title: 'an alias to a tagged address',
    policy: reject,
    prepare: (panel, domain) => panel.createAlias(`orders@${domain}`, [`box+orders@${domain}`]),
    recipient: at('orders'),
    outcome: toBox,
  },
  {
    title: 'aliases that lead in a circle by a tag',
    policy: reject,
    prepare: async (panel, domain) => {
      await panel.createAlias(`ping@${domain}`, [`pong@${domain}`]);
      await panel.createAlias(`pong@${domain}`, [`ping+x@${domain}`]);
    },
    recipient: at('ping'),
    outcome: refused('451 4.6.0 Alias expansion error'),
  },
  {
    title: 'a text beyond ASCII',
    policy: () => ({ unknown: 'reject', text: 'L’adresse a été supprimée — œuvre «ß»' }),
    recipient: at('nobody'),
    outcome: refused("550 5.1.1 L'adresse a ete supprimee - oeuvre <<ss>>"),
  },
  ...spellings,
  {
    title: 'a catch-all that leads to an alias of the domain',
    policy: (domain) => ({ unknown: 'forward', to: `alias@${domain}` }),
    recipient: at('nobody'),
    outcome: toBox,
  },
  {
    title: 'a mailbox named postmaster',
    policy: bounce,
    prepare: (panel, domain) => panel.createMailbox(`postmaster@${domain}`),
    recipient: at('postmaster'),
    outcome: (domain) => accepted({ to: 'mailbox', address: `postmaster@${domain}` }),
  },
  {
    title: 'a suspended mailbox named postmaster',
    policy: redirect,
    prepare: (panel, domain) => panel.createMailbox(`postmaster@${domain}`, { suspended: true }),
    recipient: at('postmaster'),
    outcome: toMx(ownerEmail),
  },
  {
    title: 'a domain that is not ours',
    policy: forward,
    recipient: () => 'somebody@outside.test',
    outcome: refused('554 5.7.1 Relay access denied'),
  },
];
