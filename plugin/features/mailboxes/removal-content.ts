import { readable } from '../../addresses/index.js';
import type { StoredAlias } from './alias.js';
import { forPeople } from './mailbox.js';
import { type Removal, removalRefusal } from './removals.js';
import type { Suspension } from './suspension.js';

/** What the page of a removal shows of it. */
export function removalContent(removal: Removal): object {
  const refusal = removalRefusal(removal, undefined);
  return {
    removed: addressesOf(removal.removed),
    shortened: addressesOf(removal.shortened),
    refusal: refusal && { key: refusal.key, args: refusal.args },
    forwarding: linked(removal.forwarding),
  };
}

/** What the page of a suspension shows of it. */
export function suspensionContent({ aliases, forwarding }: Suspension): object {
  return { aliases: addressesOf(aliases), forwarding: linked(forwarding) };
}

/** Domains whose mail settings the page leads to. */
function linked(names: readonly string[]): readonly { name: string; displayName: string }[] {
  return names.map((name) => ({ name, displayName: readable(name) }));
}

function addressesOf(aliases: readonly StoredAlias[]): readonly string[] {
  return aliases.map(({ address }) => forPeople(address));
}

/** At the terminal: what is lost with an address, or nothing. */
export function withAliases({ removed }: Removal): string {
  return removed.length === 0
    ? ''
    : `, and with it these aliases: ${addressesOf(removed).join(', ')}`;
}
