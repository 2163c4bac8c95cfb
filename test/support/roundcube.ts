import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { programPath } from './packages.js';
import { freePort, isListening, startProcess, temporaryFolder } from './processes.js';

interface Roundcube {
  readonly port: number;
  stop(): Promise<void>;
}

const program = '/usr/share/roundcube';

/** Serves files as they are, and everything else by Roundcube. */
const router = `<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path !== '/' && is_file($_SERVER['DOCUMENT_ROOT'] . $path)) { return false; }
chdir('/var/lib/roundcube');
require '/var/lib/roundcube/index.php';
`;

/** Debian's Roundcube in PHP's own web server, for the mailboxes of one mail host. */
export async function startRoundcube(mail: {
  readonly host: string;
  readonly imap: number;
  readonly submission: number;
}): Promise<Roundcube> {
  const folder = temporaryFolder('roundcube');
  const port = await freePort();
  for (const each of ['logs', 'temp']) {
    mkdirSync(join(folder, each));
    chmodSync(join(folder, each), 0o777);
  }
  const database = join(folder, 'roundcube.db');
  new Database(database)
    .exec(readFileSync(join(program, 'SQL/sqlite.initial.sql'), 'utf8'))
    .close();
  const settings = {
    db_dsnw: `sqlite:///${database}?mode=0600`,
    imap_host: `${mail.host}:${mail.imap}`,
    smtp_host: `${mail.host}:${mail.submission}`,
    smtp_user: '%u',
    smtp_pass: '%p',
    des_key: 'twenty-four-characters-x',
    log_dir: `${folder}/logs/`,
    temp_dir: `${folder}/temp/`,
    skin: 'elastic',
    plugins: [],
    enable_spellcheck: false,
  };
  const config = `<?php $config = json_decode(<<<'JSON'\n${JSON.stringify(settings)}\nJSON, true);\n`;
  writeFileSync(join(folder, 'config.inc.php'), config);
  for (const each of ['defaults.inc.php', 'mimetypes.php']) {
    symlinkSync(join('/etc/roundcube', each), join(folder, each));
  }
  writeFileSync(join(folder, 'router.php'), router);
  const listening = { host: '127.0.0.1', port };
  const started = await startProcess({
    name: 'Roundcube',
    command: programPath('php'),
    args: ['-S', `127.0.0.1:${port}`, '-t', '/var/lib/roundcube', join(folder, 'router.php')],
    logFile: join(folder, 'php.log'),
    isReady: () => isListening(listening),
    // More than one request of a page at a time.
    env: { ...process.env, ROUNDCUBE_CONFIG_DIR: folder, PHP_CLI_SERVER_WORKERS: '4' },
  });
  return { port, stop: () => started.stop() };
}
