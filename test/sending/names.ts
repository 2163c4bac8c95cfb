import { join } from 'node:path';
import { anyLoopbackAddress } from '../support/mail/loopback.js';
import { programPath } from '../support/packages.js';
import {
  freePort,
  isListening,
  removeFolder,
  startProcess,
  temporaryFolder,
} from '../support/processes.js';

export interface NameServer {
  /** As a resolver takes it. */
  readonly server: string;
  stop(): Promise<void>;
}

/** A DNS server that knows these names, each with its addresses, and answers NXDOMAIN for every other. */
export async function startNames(
  names: Readonly<Record<string, readonly string[]>>,
): Promise<NameServer> {
  const folder = temporaryFolder('names');
  const host = anyLoopbackAddress();
  const port = await freePort(host);
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
      ...Object.entries(names).flatMap(([name, addresses]) =>
        addresses.map((address) => `--host-record=${name},${address}`),
      ),
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
