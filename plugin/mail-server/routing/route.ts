import type { MailView } from '../views.js';
import { type Address, addressFrom, keysOf } from './address.js';
import { readPath } from './path.js';

/** A view's results for a key: `result`, or the `address` of `dovecot_users`. */
export type Lookup = (view: MailView, key: string) => Promise<readonly string[]>;

/** Where a message ends up. Addresses are in ASCII, as in the queue. */
export type Delivery =
  | { readonly to: 'mailbox'; readonly address: string }
  /** Another server, bypassing the MX: `[192.0.2.1]:25`. */
  | { readonly to: 'server'; readonly server: string; readonly recipient: string }
  /** The servers of the recipient's MX records. */
  | { readonly to: 'mx'; readonly recipient: string }
  /** The recipient of mail to the mail host's own postmaster. */
  | { readonly to: 'host-postmaster' }
  /** Returned to the sender in a delivery status notification (RFC 3464). */
  | {
      readonly to: 'sender';
      readonly recipient: string;
      readonly status: string;
      readonly text: string;
    };

export type Outcome =
  /** The reply to the client, without the recipient; at RCPT, or for 451 at the end of the message. */
  | { readonly kind: 'refused'; readonly reply: string }
  /** `asks` is the server that must accept the recipient first; its refusal becomes ours. */
  | { readonly kind: 'accepted'; readonly deliveries: readonly Delivery[]; readonly asks?: string };

/**
 * What the rendered Postfix does with a message from outside to `recipient`, in Postfix's order of look-ups. A mailbox
 * may still be full.
 *
 * @param recipient as the client writes it between the angle brackets of RCPT.
 */
export async function route(lookup: Lookup, recipient: string): Promise<Outcome> {
  const maps = new Maps(lookup);
  const address = await readPath(lookup, recipient);
  if ('reply' in address) {
    return { kind: 'refused', reply: address.reply };
  }
  const decision = await checkRecipient(maps, address);
  return 'reply' in decision
    ? { kind: 'refused', reply: decision.reply }
    : await deliver(maps, address, decision.asks);
}

/** smtpd(8). */
async function checkRecipient(
  maps: Maps,
  address: Address,
): Promise<{ readonly reply: string } | { readonly asks: boolean }> {
  if (!(await maps.isOurs(address))) {
    return { reply: '554 5.7.1 Relay access denied' };
  }
  const access = await maps.first('postfix_recipient_access', address, 'domain');
  if (access?.startsWith('5') === true) {
    return { reply: access };
  }
  const unlisted = await unlistedReply(maps, address);
  return unlisted === undefined
    ? { asks: access === 'reject_unverified_recipient' }
    : { reply: unlisted };
}

/** The reply of `reject_unlisted_recipient` for one of our recipients. */
async function unlistedReply(maps: Maps, address: Address): Promise<string | undefined> {
  if ((await maps.aliasTargets(address)) !== undefined) {
    return undefined;
  }
  const refusal = errorIn(await maps.first('postfix_transport', address, 'domain'));
  if (refusal !== undefined) {
    return `550 ${refusal.status} ${refusal.text}`;
  }
  return (await maps.first('postfix_mailboxes', address, '@domain')) === undefined
    ? '550 5.1.1 User unknown in virtual mailbox table'
    : undefined;
}

/** cleanup(8), then qmgr(8) and the delivery agents. */
async function deliver(maps: Maps, address: Address, asks: boolean): Promise<Outcome> {
  const recipients = await expand(maps, address);
  if (recipients === undefined) {
    return { kind: 'refused', reply: '451 4.6.0 Alias expansion error' };
  }
  const deliveries = await Promise.all(recipients.map((each) => deliveryTo(maps, each)));
  const asked = asks ? deliveries.find((each) => each.to === 'server') : undefined;
  return { kind: 'accepted', deliveries, ...(asked && { asks: asked.server }) };
}

/** Deeper nesting is a loop; Postfix stops later, with the same result. */
const deepestNesting = 50;

/** The addresses that aliases expand to, each once, or undefined for a loop. */
async function expand(maps: Maps, start: Address): Promise<Address[] | undefined> {
  const found = new Map<string, Address>();
  let pending = [start];
  for (let depth = 0; pending.length > 0; depth += 1) {
    if (depth > deepestNesting) {
      return undefined;
    }
    // Each once: two ways around a loop would double them at every depth.
    const next = new Map<string, Address>();
    for (const address of pending) {
      const targets = await maps.aliasTargets(address);
      const isFinal = targets === undefined || targets.some((each) => each.text === address.text);
      const others = (targets ?? []).filter((each) => each.text !== address.text);
      others.forEach((each) => next.set(each.text, each));
      if (isFinal) {
        found.set(address.text, address);
      }
    }
    pending = [...next.values()];
  }
  return [...found.values()];
}

async function deliveryTo(maps: Maps, address: Address): Promise<Delivery> {
  if (address.domain === '') {
    return { to: 'host-postmaster' };
  }
  const transport = await maps.first('postfix_transport', address, 'domain');
  const error = errorIn(transport);
  if (error !== undefined) {
    return { to: 'sender', recipient: address.text, ...error };
  }
  if (transport?.startsWith('redir:') === true) {
    return { to: 'server', server: transport.slice('redir:'.length), recipient: address.text };
  }
  if (!(await maps.isOurs(address))) {
    return { to: 'mx', recipient: address.text };
  }
  const mailbox = await maps.mailbox(address);
  return mailbox === undefined
    ? { to: 'sender', recipient: address.text, status: '5.1.1', text: "User doesn't exist" }
    : { to: 'mailbox', address: mailbox };
}

/** A result for error(8): `error:5.1.1 TEXT`. */
function errorIn(transport: string | undefined): { status: string; text: string } | undefined {
  const [, status, text] = /^error:(\S+) (.*)$/su.exec(transport ?? '') ?? [];
  return status === undefined || text === undefined ? undefined : { status, text };
}

/** The maps, with Postfix's look-up keys for an address. */
class Maps {
  readonly #lookup: Lookup;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  async isOurs({ domain }: Address): Promise<boolean> {
    return (await this.#lookup('postfix_mailbox_domains', domain)).length > 0;
  }

  async first(
    view: MailView,
    address: Address,
    whole: 'domain' | '@domain',
  ): Promise<string | undefined> {
    return (await this.#find(view, address, whole))?.results[0];
  }

  /** Targets inherit the tag, unless `@domain` matched (`propagate_unmatched_extensions`). */
  async aliasTargets(address: Address): Promise<Address[] | undefined> {
    const owners =
      address.base === 'postmaster' && address.tag !== ''
        ? await this.#lookup('postfix_postmasters', address.domain)
        : [];
    const found =
      owners.length > 0
        ? { results: owners, unmatchedTag: '' }
        : await this.#find('postfix_aliases', address, '@domain');
    return found?.results.map((target) =>
      target.startsWith('@')
        ? addressFrom(address.local + target)
        : addressFrom(target, found.unmatchedTag),
    );
  }

  /** Dovecot ignores the tag. */
  async mailbox({ base, domain }: Address): Promise<string | undefined> {
    return (await this.#lookup('dovecot_users', `${base}@${domain}`))[0];
  }

  async #find(
    view: MailView,
    address: Address,
    whole: 'domain' | '@domain',
  ): Promise<{ results: readonly string[]; unmatchedTag: string } | undefined> {
    for (const { key, unmatchedTag } of keysOf(address, whole)) {
      const results = await this.#lookup(view, key);
      if (results.length > 0) {
        return { results, unmatchedTag };
      }
    }
    return undefined;
  }
}
