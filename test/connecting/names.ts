import { type Dnsmasq, startDnsmasq } from '../support/dnsmasq.js';
import { anyLoopbackAddress } from '../support/mail/loopback.js';
import { freePort } from '../support/processes.js';

/** A DNS server with these names and their addresses; it answers NXDOMAIN for every other name. */
export async function startNames(
  names: Readonly<Record<string, readonly string[]>>,
): Promise<Dnsmasq> {
  const host = anyLoopbackAddress();
  const records = Object.entries(names).flatMap(([name, addresses]) =>
    addresses.map((address) => `--host-record=${name},${address}`),
  );
  return await startDnsmasq({ host, port: await freePort(host) }, records);
}
