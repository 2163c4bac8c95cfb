import { execFileSync, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { programPath } from '../packages.js';
import { isListening, startProcess, temporaryFolder } from '../processes.js';

/** A host at the other end of a virtual cable: the panel refuses to redirect mail to this machine's own addresses. */
export interface Neighbour {
  readonly address: string;
  /** Listen here for connections to port 25 of the address. */
  readonly socket: string;
  stop(): Promise<void>;
}

/** Forwards connections to port 25 to the socket; ends with its process, and the network with it. */
const relay = `
  const net = require('node:net');
  const [address, socket] = process.argv.slice(1);
  const listen = () => net.createServer((client) => {
    const server = net.connect(socket);
    client.pipe(server).pipe(client);
    for (const each of [client, server]) each.on('error', () => { client.destroy(); server.destroy(); });
  }).once('error', () => setTimeout(listen, 20)).listen(25, address);
  listen();
`;

/** A network namespace with an address in 10.0.0.0/8, connected by a pair of virtual interfaces. */
export async function startNeighbour(): Promise<Neighbour> {
  const folder = temporaryFolder('neighbour');
  const socket = join(mkdtempSync(join(folder, 's-')), 'smtp');
  const network = `10.${randomInt(64, 250)}.${randomInt(1, 250)}`;
  const address = `${network}.2`;
  const host = await startProcess({
    name: 'A network namespace',
    command: programPath('unshare'),
    args: ['--net', process.execPath, '-e', relay, address, socket],
    logFile: join(folder, 'relay.log'),
    isReady: async () => true,
  });
  await untilApart(host.pid);
  connect(host.pid, network);
  await untilListening(address);
  return { address, socket, stop: () => host.stop() };
}

function connect(pid: number, network: string): void {
  const here = `relais${pid}`.slice(0, 15);
  const there = (...args: readonly string[]): void => {
    const target = ['--target', String(pid), '--net', programPath('ip')];
    run(programPath('nsenter'), ...target, ...args);
  };
  // A killed run leaves one behind, and process IDs are reused.
  spawnSync(programPath('ip'), ['link', 'delete', here]);
  run(
    programPath('ip'),
    'link',
    'add',
    here,
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    String(pid),
  );
  run(programPath('ip'), 'addr', 'add', `${network}.1/30`, 'dev', here);
  run(programPath('ip'), 'link', 'set', here, 'up');
  there('addr', 'add', `${network}.2/30`, 'dev', 'eth0');
  there('link', 'set', 'eth0', 'up');
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: 'pipe' });
}

function namespaceOf(process: number | 'self'): string {
  return readlinkSync(`/proc/${process}/ns/net`);
}

/** Waits until the process has left this network namespace. */
async function untilApart(pid: number): Promise<void> {
  while (namespaceOf(pid) === namespaceOf('self')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function untilListening(host: string): Promise<void> {
  while (!(await isListening({ host, port: 25 }))) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
