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
  };
}

/** What the page of a suspension shows of it. */
export function suspensionContent({ aliases, forwarding }: Suspension): object {
  return { aliases: addressesOf(aliases), forwarding };
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
