import { foldedToAscii, longestPath } from '../postfix/commands.js';
import { type Address, addressFrom } from './address.js';
import type { Lookup } from './route.js';

interface Refused {
  readonly reply: string;
}

const syntax: Refused = { reply: '501 5.5.4 Syntax: RCPT TO:<address>' };
const badAddress: Refused = { reply: '501 5.1.3 Bad recipient address syntax' };
const relaying: Refused = { reply: '554 5.7.1 Relay access denied' };

/**
 * The recipient of `RCPT TO:<typed>` as smtpd(8) reads it, after `smtpd_command_filter` has brought it to ASCII.
 *
 * @param typed without spaces or comments; its local part may be a quoted string.
 */
export async function readPath(lookup: Lookup, typed: string): Promise<Address | Refused> {
  if (Buffer.byteLength(typed) > longestPath || hasFoldedName(typed)) {
    return syntax;
  }
  const path = await inAscii(lookup, typed);
  if (path === undefined) {
    return syntax;
  }
  const { local, domain } = parts(path);
  if (local === undefined || domain === '' || domain.endsWith('.') || local.startsWith('-')) {
    return badAddress;
  }
  // A local part with a meaning elsewhere is not relayed, quoted or not.
  return /[@!%]/.test(local) ? relaying : addressFrom(`${local}@${domain}`);
}

/** Our names are in ASCII: one that matches only after folding would be found at first, but not later. */
function hasFoldedName(typed: string): boolean {
  const name = typed.slice(0, typed.lastIndexOf('@'));
  return Object.keys(foldedToAscii).some((letter) => name.includes(letter));
}

/** Undefined for a foreign domain that would be folded to one of ours. */
async function inAscii(lookup: Lookup, typed: string): Promise<string | undefined> {
  const [, name, domain, end] = /^(.*)(@[^@]*[^\0-\x7f][^@]*?)(\.?)$/su.exec(typed) ?? [];
  if (name === undefined || domain === undefined || end === undefined) {
    return typed;
  }
  const key = domain.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  const [ascii] = await lookup('postfix_canonical', key);
  if (ascii !== undefined) {
    return name + ascii + end;
  }
  const folded = Object.entries(foldedToAscii).reduce(
    (text, [from, to]) => text.replaceAll(from, to),
    key.slice(1),
  );
  const [ours] = await lookup('postfix_mailbox_domains', folded);
  return ours === undefined ? typed : undefined;
}

/** Without a source route (RFC 5321 §4.1.2, appendix F.2), quotes and a trailing dot. */
function parts(path: string): { readonly local: string | undefined; readonly domain: string } {
  const colon = path.startsWith('@') ? path.indexOf(':') : -1;
  const address = path.slice(colon + 1);
  const at = address.lastIndexOf('@');
  return {
    local: unquoted(address.slice(0, at)),
    domain: address.slice(at + 1).replace(/(?<=[^.])\.$/, ''),
  };
}

/** Undefined if nothing is left. */
function unquoted(local: string): string | undefined {
  const [, quoted] = /^"(.*)"$/su.exec(local) ?? [];
  const name = quoted === undefined ? local : quoted.replaceAll(/\\(.)/gsu, '$1');
  return name === '' ? undefined : name;
}
