import { lookup, lookupService } from 'node:dns/promises';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { HostName } from '../addresses/index.js';

/** Names without a meaning outside of a network (RFC 6761, RFC 6762, RFC 8375), which SMTP servers refuse. */
const inner = /(^|\.)(localhost|localdomain|local|internal|invalid|lan|home|home\.arpa)$/;
const longestWaitMs = 2000;
const retryAfterMs = 60_000;

/** The name, if it is public (RFC 5321 §2.3.5): fully qualified, and not of an internal network. */
export function publicName(name: string): string | undefined {
  try {
    const { ascii } = HostName.parse(name);
    return inner.test(ascii) ? undefined : ascii;
  } catch {
    return undefined;
  }
}

let found: Promise<string | undefined> | undefined;

/** The machine's fully qualified name, if it has a public one. */
export async function machineName(): Promise<string | undefined> {
  found ??= qualified(hostname()).then(retriedWithout);
  return await Promise.race([found, pause(longestWaitMs, undefined, { ref: false })]);
}

/** A failed look-up, such as before the machine's DNS works, is only cached briefly. */
function retriedWithout(name: string | undefined): string | undefined {
  if (name === undefined) {
    setTimeout(() => (found = undefined), retryAfterMs).unref();
  }
  return name;
}

async function qualified(name: string): Promise<string | undefined> {
  try {
    return publicName(name) ?? publicName(await nameOf(name));
  } catch {
    return undefined;
  }
}

/** As `hostname --fqdn` finds it: in /etc/hosts or in the DNS. */
async function nameOf(host: string): Promise<string> {
  const { address } = await lookup(host);
  return (await lookupService(address, 0)).hostname;
}

/** The greeting of a client without a name (RFC 5321 §4.1.3). */
export function addressLiteral(address: string): string {
  return address.includes(':') ? `[IPv6:${address}]` : `[${address}]`;
}
