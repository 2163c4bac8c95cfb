import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDnsmasq } from '../dnsmasq.js';
import { removeFolder, temporaryFolder } from '../processes.js';
import { freeLoopbackAddress } from './loopback.js';

export interface Resolver {
  /** The file to bind over /etc/resolv.conf for programs that should use it. */
  readonly resolvConf: string;
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * A DNS server with these domains only.
 *
 * @param mailServers the address of each domain's only mail server.
 * @param more options for `startDnsmasq`.
 */
export async function startResolver(
  mailServers: Readonly<Record<string, string>>,
  more: readonly string[] = [],
): Promise<Resolver> {
  const host = await freeLoopbackAddress();
  const records = Object.entries(mailServers).flatMap(([domain, address]) => [
    `--mx-host=${domain},mx.${domain},10`,
    `--host-record=mx.${domain},${address}`,
  ]);
  const dnsmasq = await startDnsmasq({ host }, [...records, ...more]);

  const folder = temporaryFolder('resolver');
  const resolvConf = join(folder, 'resolv.conf');
  writeFileSync(resolvConf, `nameserver ${host}\n`, { mode: 0o644 });
  return {
    resolvConf,
    address: host,
    async stop() {
      await dnsmasq.stop();
      removeFolder(folder);
    },
  };
}
