import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { delimiter, join } from 'node:path';
import { freePort, startProcess, temporaryFolder } from '../support/processes.js';

/** `npm run demo` of a tree, with its administrator signed in. */
export interface Demo {
  readonly pid: number;
  readonly port: number;
  readonly cookie: string;
  readonly agent: Agent;
  stop(): Promise<void>;
}

const connections = 8;

/** On the tree's own Node, or on the machine's where the tree has none. */
export async function startDemo(tree: string): Promise<Demo> {
  const port = await freePort();
  const logFile = join(temporaryFolder('bench-demo'), 'demo.log');
  const said = (): string => readFileSync(logFile, 'utf8');
  const demo = await startProcess({
    name: tree,
    command: nodeOf(tree),
    args: ['--max-semi-space-size=8', join(tree, 'dist/plugin/cli.js'), 'demo', `--port=${port}`],
    logFile,
    // It is the last of those who get a link.
    isReady: async () => said().includes('mail user'),
    env: { ...process.env, RELAIS_LOG_LEVEL: 'error', RELAIS_RESOLVERS: '127.0.0.1:9' },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return { ...demo, port, agent, cookie: await signIn(said()) };
}

/** npm puts its own folders first on the path; the machine's Node is in none of them. */
export function nodeOf(tree: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const own = join(tree, 'node_modules/.bin');
  const machine = folders.filter((folder) => !folder.includes('node_modules'));
  const found = [own, ...machine]
    .map((folder) => join(folder, 'node'))
    .find((file) => existsSync(file));
  if (found === undefined) {
    throw new Error(`There is no Node for ${tree}.`);
  }
  return found;
}

/** Earlier versions take links of the demo by GET. */
async function signIn(said: string): Promise<string> {
  const [, link = ''] = /administrator\s+(\S+)/.exec(said) ?? [];
  for (const method of ['POST', 'GET']) {
    const response = await fetch(link, { method, redirect: 'manual' });
    const cookie = response.headers.getSetCookie().find((each) => each.startsWith('relais='));
    if (cookie !== undefined) {
      return cookie.slice(0, cookie.indexOf(';'));
    }
  }
  throw new Error(`The administrator could not sign in: ${link}`);
}

/** The processor time of a request in µs, and the bytes of an answer. */
export async function burstOf(
  demo: Demo,
  path: string,
  requests: number,
): Promise<{ readonly cost: number; readonly bytes: number }> {
  const before = processorMicroseconds(demo.pid);
  let left = requests;
  let bytes = 0;
  const connection = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      bytes = await bytesOf(demo, path);
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return { cost: (processorMicroseconds(demo.pid) - before) / requests, bytes };
}

async function bytesOf({ port, agent, cookie }: Demo, path: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    const request = get({ port, host: '127.0.0.1', path, agent, headers: { cookie } });
    request.once('error', reject);
    request.once('response', (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.once('end', () => {
        if (response.statusCode === 200) {
          resolve(bytes);
        } else {
          reject(new Error(`${path} on port ${port}: ${response.statusCode}`));
        }
      });
    });
  });
}

/** `/proc/PID/task/TID/schedstat` counts nanoseconds, where `/proc/PID/stat` has ticks of 10 ms. */
export function processorMicroseconds(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const spent = tasks.map((task) =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
  );
  return spent.reduce((sum, each) => sum + each, 0) / 1000;
}
