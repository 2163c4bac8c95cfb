import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Programs that the tests start, with their Debian packages. Absolute paths are libraries to load. `*` stands for the
 * machine's architecture.
 */
const packageOf = {
  mariadbd: 'mariadb-server',
  'mariadb-install-db': 'mariadb-server',
  postfix: 'postfix',
  postqueue: 'postfix',
  postsuper: 'postfix',
  'smtp-source': 'postfix',
  postconf: 'postfix',
  postmap: 'postfix',
  '/usr/lib/*/sasl2/libcrammd5.so': 'libsasl2-modules',
  '/usr/lib/postfix/postfix-sqlite.so': 'postfix-sqlite',
  '/usr/lib/postfix/postfix-cdb.so': 'postfix-cdb',
  '/usr/lib/postfix/postfix-mysql.so': 'postfix-mysql',
  dovecot: 'dovecot-core',
  '/usr/lib/dovecot/imap': 'dovecot-imapd',
  '/usr/lib/dovecot/pop3': 'dovecot-pop3d',
  '/usr/lib/dovecot/lmtp': 'dovecot-lmtpd',
  '/usr/lib/dovecot/modules/auth/libdriver_sqlite.so': 'dovecot-sqlite',
  '/usr/lib/dovecot/modules/auth/libdriver_mysql.so': 'dovecot-mysql',
  dnsmasq: 'dnsmasq-base',
  openssl: 'openssl',
  '/usr/bin/chromium-headless-shell': 'chromium-headless-shell',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  ip: 'iproute2',
  swaks: 'swaks',
  php: 'php-cli',
  '/usr/share/roundcube/index.php': 'roundcube-core',
  '/usr/share/bug/roundcube-sqlite3/control': 'roundcube-sqlite3',
  nginx: 'nginx-light',
  apache2: 'apache2-bin',
  pdftotext: 'poppler-utils',
  pdfinfo: 'poppler-utils',
  pdffonts: 'poppler-utils',
  '/usr/lib/python3/dist-packages/openpyxl': 'python3-openpyxl',
} as const;

type Needed = keyof typeof packageOf;

const searched = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];

/** The absolute path of a program of `packageOf`. */
export function programPath(program: Needed): string {
  const found = find(program);
  if (found === undefined) {
    throw missing([program]);
  }
  return found;
}

/** The missing Debian packages of the whole test run. */
export function missingPackages(): readonly string[] {
  return packagesFor(
    (Object.keys(packageOf) as Needed[]).filter((each) => find(each) === undefined),
  );
}

/** @throws {Error} naming the Debian packages to install, all of them at once. */
export function requirePrograms(...needed: readonly Needed[]): void {
  const absent = needed.filter((each) => find(each) === undefined);
  if (absent.length > 0) {
    throw missing(absent);
  }
}

/** @throws {Error} naming every Debian package that the mail tests lack, or that they must be run by root. */
export function requireMailPackages(): void {
  requirePrograms(
    ...(Object.keys(packageOf) as Needed[]).filter(
      (each) => packageOf[each] !== 'chromium-headless-shell',
    ),
  );
  if (process.getuid?.() !== 0) {
    throw new Error('Postfix and Dovecot start as root only: run the mail tests as root.');
  }
}

function find(program: Needed): string | undefined {
  return program.startsWith('/')
    ? places(program).find((path) => existsSync(path))
    : searched.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

function places(path: string): readonly string[] {
  const [before = '', after] = path.split('*');
  return after === undefined ? [path] : readdirSync(before).map((name) => before + name + after);
}

function missing(absent: readonly Needed[]): Error {
  return new Error(
    `Not installed: ${absent.join(', ')}. On Debian: apt-get install ${packagesFor(absent).join(' ')}`,
  );
}

function packagesFor(absent: readonly Needed[]): readonly string[] {
  return [...new Set(absent.map((each) => packageOf[each]))];
}
