import { join } from 'node:path';
import { programPath } from './packages.js';
import { isListening, removeFolder, startProcess, temporaryFolder } from './processes.js';

export interface Dnsmasq {
  /** The address and port, as a resolver takes them. */
  readonly server: string;
  stop(): Promise<void>;
}

/**
 * A DNS server with the given records; it answers NXDOMAIN for every other name.
 *
 * @param records as options of dnsmasq(8), such as `--host-record=name,address`.
 */
export async function startDnsmasq(
  { host, port = 53 }: { readonly host: string; readonly port?: number },
  records: readonly string[],
): Promise<Dnsmasq> {
  const folder = temporaryFolder('dnsmasq');
  const dnsmasq = await startProcess({
    name: 'dnsmasq',
    command: programPath('dnsmasq'),
    args: [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--pid-file=',
      '--user=root',
      '--no-resolv',
      '--no-hosts',
      '--bind-interfaces',
      `--listen-address=${host}`,
      '--except-interface=none',
      `--port=${port}`,
      '--address=/#/',
      ...records,
    ],
    logFile: join(folder, 'dnsmasq.log'),
    isReady: () => isListening({ host, port }),
  });
  return {
    server: `${host}:${port}`,
    async stop() {
      await dnsmasq.stop();
      removeFolder(folder);
    },
  };
}
