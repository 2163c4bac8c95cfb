import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programFolder } from '../../plugin/runtime/paths.js';
import { programPath } from './packages.js';
import { freePort, isListening, startProcess, temporaryFolder } from './processes.js';

/** A web server that passes requests on to the panel, as the README says. */
export interface Proxy {
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  stop(): Promise<void>;
}

interface ProxyServer {
  /** How the README names it. */
  readonly name: string;
  /** The command, with the whole configuration file around the README's lines. */
  readonly around: (lines: string, place: Place) => readonly [command: string, file: string];
  readonly args: (file: string, folder: string) => readonly string[];
}

interface Place {
  readonly folder: string;
  readonly port: number;
}

const apacheModules = ['mpm_event', 'authz_core', 'alias', 'proxy', 'proxy_http'] as const;

export const proxyServers: readonly ProxyServer[] = [
  {
    name: 'nginx',
    around: (lines, { folder, port }) => [
      programPath('nginx'),
      `pid ${folder}/pid; daemon off; error_log stderr;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((each) => `${each}_temp_path ${folder}/${each};`).join(' ')}
  ${lines.replace('listen 80;', `listen 127.0.0.1:${port};`).replace('listen [::]:80;', '')}
}`,
    ],
    args: (file) => ['-c', file],
  },
  {
    name: 'Apache',
    around: (lines, { folder, port }) => [
      programPath('apache2'),
      `ServerRoot ${folder}
PidFile ${folder}/pid
DefaultRuntimeDir ${folder}
ErrorLog ${folder}/errors
DocumentRoot ${folder}/www
Listen 127.0.0.1:${port}
${apacheModules.map((each) => `LoadModule ${each}_module /usr/lib/apache2/modules/mod_${each}.so`).join('\n')}
${lines.replace('*:80', `127.0.0.1:${port}`)}`,
    ],
    args: (file) => ['-DFOREGROUND', '-f', file],
  },
];

/** Starts it for a panel, with a file in its own folder for certificate challenges. */
export async function startProxy(
  { name, around, args }: ProxyServer,
  panelUrl: string,
  challenge: string,
): Promise<Proxy> {
  const folder = temporaryFolder(name.toLowerCase());
  const port = await freePort();
  const lines = linesFor(name)
    .replaceAll('http://127.0.0.1:8880', panelUrl.replace(/\/$/, ''))
    .replace('/var/www/html', `${folder}/www`);
  const [command, text] = around(lines, { folder, port });
  const file = join(folder, 'configuration');
  const challenges = join(folder, 'www/.well-known/acme-challenge');
  mkdirSync(challenges, { recursive: true });
  writeFileSync(join(challenges, 'token'), challenge);
  writeFileSync(file, text);
  const started = await startProcess({
    name,
    command,
    args: args(file, folder),
    logFile: join(folder, 'log'),
    isReady: () => isListening({ host: '127.0.0.1', port }),
  });
  return { port, stop: () => started.stop() };
}

/** The README's example for a web server: the indented lines after the sentence that ends with its name. */
function linesFor(name: string): string {
  const readme = readFileSync(join(programFolder, 'README.md'), 'utf8');
  const [, lines] =
    new RegExp(`[Ww]ith ${name}[^\\n]*:\\n\\n((?: {4}[^\\n]*\\n)+)`).exec(readme) ?? [];
  if (lines === undefined) {
    throw new Error(`The README has no example for ${name}.`);
  }
  return lines;
}
