import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';
import { createConnection } from 'mysql2/promise';
import { programPath, requirePrograms } from './packages.js';
import {
  type StartedProcess,
  freePort,
  removeFolder,
  startProcess,
  temporaryFolder,
} from './processes.js';

export interface MariadbDatabase {
  readonly name: string;
  /** `mysql://root@127.0.0.1:PORT/NAME` */
  readonly url: string;
  drop(): Promise<void>;
}

/** Where a server listens. */
export interface ServerAddress {
  readonly socket: string;
  readonly port: number;
}

export interface Mariadb extends ServerAddress {
  readonly host: '127.0.0.1';
  /** Creates an empty database for a caller. */
  createDatabase(): Promise<MariadbDatabase>;
}

let shared: Promise<Mariadb> | undefined;
let borrow: (() => Promise<ServerAddress>) | undefined;

/** Uses another process's server, requested at the first call of `startMariadb`, instead of its own. */
export function borrowMariadb(from: () => Promise<ServerAddress>): void {
  borrow = from;
}

/**
 * A private server, started at the first call, shared by the whole run and stopped at its end.
 *
 * @param bufferPoolMegabytes its cache for tables.
 */
export async function startMariadb(bufferPoolMegabytes = 128): Promise<Mariadb> {
  shared ??= (borrow?.() ?? start(bufferPoolMegabytes)).then(serverAt);
  return await shared;
}

function serverAt({ socket, port }: ServerAddress): Mariadb {
  return { socket, port, host: '127.0.0.1', createDatabase: () => createDatabase(port) };
}

/** A server of one test, which can be killed and started again on its data. */
export class KillableMariadb {
  readonly #server: Prepared;
  #process: StartedProcess;

  private constructor(server: Prepared, first: StartedProcess) {
    this.#server = server;
    this.#process = first;
  }

  static async open(): Promise<KillableMariadb> {
    // A commit is in the file when the server says so.
    const server = await prepare(64, ['--innodb-flush-log-at-trx-commit=1']);
    return new KillableMariadb(server, await server.start());
  }

  async createDatabase(): Promise<MariadbDatabase> {
    return await createDatabase(this.#server.port);
  }

  async killAndRestart(): Promise<void> {
    process.kill(this.#process.pid, 'SIGKILL');
    await this.#process.stop();
    this.#process = await this.#server.start();
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}

interface Prepared extends ServerAddress {
  readonly start: () => Promise<StartedProcess>;
}

async function start(bufferPoolMegabytes: number): Promise<ServerAddress> {
  const { socket, port, start: begin } = await prepare(bufferPoolMegabytes);
  await begin();
  return { socket, port };
}

/** Makes a server's data. */
async function prepare(
  bufferPoolMegabytes: number,
  options: readonly string[] = [],
): Promise<Prepared> {
  requirePrograms('mariadbd', 'mariadb-install-db');
  const folder = temporaryFolder('mariadb');
  const dataFolder = join(folder, 'data');
  const socket = join(folder, 'mariadb.sock');
  // The server drops root privileges, and others must reach its socket.
  chmodSync(folder, 0o1777);
  const user = process.getuid?.() === 0 ? ['--user=mysql'] : [];
  placeDataFolder(dataFolder, folder, user);

  const port = await freePort();
  const args = [
    '--no-defaults',
    `--datadir=${dataFolder}`,
    `--tmpdir=${folder}`,
    `--socket=${socket}`,
    `--pid-file=${join(dataFolder, 'mariadb.pid')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    ...user,
    `--innodb-buffer-pool-size=${bufferPoolMegabytes}M`,
    ...forSpeed,
    ...options,
  ];
  return {
    socket,
    port,
    start: () =>
      startProcess({
        name: 'MariaDB',
        command: programPath('mariadbd'),
        args,
        logFile: join(folder, 'mariadb.log'),
        isReady: () => answers(port),
      }),
  };
}

/** Copies an installed data folder, which is kept for each version: installing one takes seconds of processor time. */
function placeDataFolder(dataFolder: string, folder: string, user: readonly string[]): void {
  const version = execFileSync(programPath('mariadbd'), ['--version'], { encoding: 'utf8' });
  const name = `mariadb-${createHash('sha256').update(version).digest('hex').slice(0, 16)}`;
  const kept = join(programFolder, 'node_modules', '.cache', name);
  if (existsSync(kept)) {
    copyFolder(kept, dataFolder);
    return;
  }
  execFileSync(
    programPath('mariadb-install-db'),
    [
      '--no-defaults',
      `--datadir=${dataFolder}`,
      `--tmpdir=${folder}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--innodb-log-file-size=8M',
      ...user,
    ],
    { stdio: 'pipe' },
  );
  mkdirSync(dirname(kept), { recursive: true });
  copyFolder(dataFolder, `${kept}.${process.pid}`);
  try {
    renameSync(`${kept}.${process.pid}`, kept);
  } catch {
    // Another process has kept it meanwhile.
    removeFolder(`${kept}.${process.pid}`);
  }
}

/** With its owner, which is the server's user. */
function copyFolder(from: string, to: string): void {
  execFileSync('cp', ['--archive', from, to]);
}

/** No durability, since the data is thrown away. */
const forSpeed = [
  '--innodb-flush-log-at-trx-commit=0',
  '--innodb-doublewrite=0',
  '--innodb-log-file-size=32M',
  '--skip-log-bin',
  '--skip-name-resolve',
  '--performance-schema=0',
  '--debug-no-sync',
];

let created = 0;

async function createDatabase(port: number): Promise<MariadbDatabase> {
  created += 1;
  const name = `relais_${process.pid}_${created}`;
  await asRoot(port, `CREATE DATABASE ${name}`);
  return {
    name,
    url: `mysql://root@127.0.0.1:${port}/${name}`,
    drop: () => asRoot(port, `DROP DATABASE ${name}`),
  };
}

async function answers(port: number): Promise<boolean> {
  return await asRoot(port, 'SELECT 1').then(
    () => true,
    () => false,
  );
}

async function asRoot(port: number, statement: string): Promise<void> {
  const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' });
  await connection.query(statement);
  await connection.end();
}
