import type { StoredAlias } from './alias.js';
import { forPeople } from './mailbox.js';
import type { Removal } from './removals.js';

/** What the page of a removal shows of it. */
export function removalContent({ removed, shortened, forwarding }: Removal): object {
  return { removed: addressesOf(removed), shortened: addressesOf(shortened), forwarding };
}

function addressesOf(aliases: readonly StoredAlias[]): readonly string[] {
  return aliases.map(({ address }) => forPeople(address));
}
