import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FieldErrors, InvalidInputError } from '../../plugin/errors.js';
import {
  type MailServerOptions,
  standardCaFile,
  standardFolders,
  standardPorts,
} from '../../plugin/mail-server/options.js';
import { parseOptions } from '../../plugin/mail-server/options-schema.js';
import { renderConfiguration } from '../../plugin/mail-server/render.js';
import { writeConfiguration } from '../../plugin/mail-server/write-configuration.js';
import { languageFor, locales } from '../../plugin/web/locale.js';
import { removeFolder, temporaryFolder } from '../support/processes.js';

const sqlite: MailServerOptions = {
  target: '/etc/relais',
  hostName: 'mx.example.com',
  postmaster: 'admin@example.com',
  maps: { engine: 'sqlite', file: '/var/lib/relais/mail/mail.sqlite' },
  addresses: [],
  ports: standardPorts,
  storage: { folder: '/var/vmail', uid: 5000, gid: 5000 },
  folders: standardFolders,
  epochFolder: '/var/lib/relais/epoch',
  relays: { lookups: '/var/lib/relais/lookups/socket', caFile: standardCaFile },
};

const mariadb: MailServerOptions = {
  ...sqlite,
  maps: {
    engine: 'mariadb',
    server: { socket: '/run/mysqld/mysqld.sock' },
    database: 'relais',
    user: 'relais_mail',
    password: 'a:password=for+views',
  },
  addresses: ['192.0.2.25', '2001:db8::25'],
  ports: { ...standardPorts, submissions: 465, imaps: 993, pop3s: 995 },
  tls: { certificate: '/etc/ssl/mx.pem', key: '/etc/ssl/private/mx.key' },
  logs: { postfix: '/var/log/postfix.log', dovecot: '/var/log/dovecot.log' },
};

const golden = fileURLToPath(new URL('golden', import.meta.url));

describe('the rendered configuration of the mail servers', () => {
  for (const [name, options] of Object.entries({ sqlite, mariadb })) {
    it(`equals golden/${name} (RELAIS_UPDATE_GOLDEN=1 updates it)`, () => {
      const files = renderConfiguration(options);
      const folder = join(golden, name);
      if (process.env['RELAIS_UPDATE_GOLDEN'] === '1') {
        for (const [path, text] of files) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), text);
        }
      }
      const expected = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
        statSync(join(folder, path)).isFile(),
      );
      assert.deepEqual([...files.keys()].toSorted(), expected.toSorted());
      for (const [path, text] of files) {
        assert.equal(text, readFileSync(join(folder, path), 'utf8'), path);
      }
    });
  }

  it('has one connection per Postfix process without an epoch', () => {
    const { epochFolder: _, ...alone } = mariadb;
    const files = renderConfiguration(alone);
    assert.doesNotMatch(files.get('postfix/main.cf') ?? '', /hash:/);
    const lives = files.get('postfix/master.cf')?.match(/ smtpd\n(  -o .*\n)*/g) ?? [];
    assert.equal(lives.length, 7);
    lives.forEach((life) => assert.match(life, /^  -o max_use=1$/m));
  });

  it('reaches a database on another host by its address', () => {
    assert.ok(mariadb.maps.engine === 'mariadb');
    const files = renderConfiguration({
      ...mariadb,
      maps: { ...mariadb.maps, server: { host: 'db.example.com', port: 3307 } },
    });
    assert.match(
      files.get('postfix/maps/postfix_aliases.cf') ?? '',
      /^hosts = inet:db\.example\.com:3307$/m,
    );
    assert.match(
      files.get('dovecot/users.conf.ext') ?? '',
      /^connect = host=db\.example\.com port=3307 /m,
    );
  });

  it('keeps files with passwords unreadable for others', () => {
    const folder = temporaryFolder('rendered');
    writeConfiguration(folder, renderConfiguration({ ...mariadb, target: folder }));
    const mode = (path: string): number => statSync(join(folder, path)).mode & 0o777;
    assert.equal(mode('postfix/main.cf'), 0o644);
    assert.equal(mode('postfix/maps/postfix_aliases.cf'), 0o640);
    assert.equal(mode('dovecot/users.conf.ext'), 0o640);
    removeFolder(folder);
  });
});

/** Inserts a text into each option that takes one. */
const places: Readonly<Record<string, (text: string) => MailServerOptions>> = {
  target: (text) => ({ ...mariadb, target: text }),
  hostName: (text) => ({ ...mariadb, hostName: text }),
  postmaster: (text) => ({ ...mariadb, postmaster: text }),
  addresses: (text) => ({ ...mariadb, addresses: [text] }),
  epochFolder: (text) => ({ ...sqlite, epochFolder: text }),
  'maps.file': (text) => ({ ...sqlite, maps: { engine: 'sqlite', file: text } }),
  'maps.database': (text) => withMaps({ database: text }),
  'maps.user': (text) => withMaps({ user: text }),
  'maps.password': (text) => withMaps({ password: text }),
  'maps.server.host': (text) => withMaps({ server: { host: text, port: 3306 } }),
  'maps.server.socket': (text) => withMaps({ server: { socket: text } }),
  'storage.folder': (text) => ({ ...mariadb, storage: { ...mariadb.storage, folder: text } }),
  'folders.queue': (text) => ({ ...mariadb, folders: { ...standardFolders, queue: text } }),
  'tls.key': (text) => ({ ...mariadb, tls: { certificate: '/etc/ssl/mx.pem', key: text } }),
  'relays.lookups': (text) => ({ ...mariadb, relays: { ...mariadb.relays, lookups: text } }),
  'relays.caFile': (text) => ({ ...mariadb, relays: { ...mariadb.relays, caFile: text } }),
  'logs.dovecot': (text) => ({ ...mariadb, logs: { postfix: '/var/log/postfix', dovecot: text } }),
};

function withMaps(change: object): MailServerOptions {
  return { ...mariadb, maps: { ...mariadb.maps, ...change } };
}

describe('an option of a mail host', () => {
  const { values } = JSON.parse(
    readFileSync(new URL('../vectors/config-injection.json', import.meta.url), 'utf8'),
  ) as { values: string[] };
  const hostile = [
    ...values,
    'a\nb',
    '/a\nb = c',
    '/a b',
    '/a/../b',
    '/a/',
    'x\n',
    ' x',
    '$mydomain',
    '/$(id)',
    'a#b',
    "a'b",
    'a"b',
    'a\\b',
    '%u',
    '{a}',
    '',
  ];

  for (const [name, optionsWith] of Object.entries(places)) {
    it(`cannot add another setting as ${name}`, () => {
      const usual = lineCounts(renderConfiguration(optionsWith(harmless[name] ?? '/srv/relais')));
      const accepted = hostile.filter((text) => !isRefused(() => optionsWith(text), name));
      assert.ok(accepted.length < hostile.length / 2);
      for (const text of accepted) {
        assert.match(text, /^[\w.,:;!*+/=@^~-]+$/);
        assert.deepEqual(lineCounts(renderConfiguration(optionsWith(text))), usual);
      }
    });
  }

  it('is rejected by name when it is an invalid number', () => {
    for (const port of [0, 65_536, 25.5, NaN]) {
      const ports = { ...standardPorts, imap: port };
      assert.deepEqual(refusedFields({ ...sqlite, ports }), ['ports.imap']);
    }
    const storage = { ...sqlite.storage, uid: 0 };
    assert.deepEqual(refusedFields({ ...sqlite, storage }), ['storage.uid']);
  });

  it('is rejected together with all other invalid ones', () => {
    assert.deepEqual(
      refusedFields({ ...mariadb, hostName: 'x', addresses: ['::1', '1'], postmaster: '' }),
      ['hostName', 'postmaster', 'addresses.1'],
    );
  });

  it('has a default value', () => {
    const { addresses: _a, ports: _p, folders: _f, storage: _s, ...least } = sqlite;
    const { lookups } = least.relays;
    assert.deepEqual(parseOptions({ ...least, relays: { lookups } }), sqlite);
    assert.deepEqual(parseOptions({ ...sqlite, ports: { imap: '1143' } }).ports, {
      ...standardPorts,
      imap: 1143,
    });
  });

  it('that requires TLS is rejected without a certificate', () => {
    const { tls: _tls, ...without } = mariadb;
    assert.deepEqual(refusedFields(without), ['ports.submissions', 'ports.imaps', 'ports.pop3s']);
  });

  it('is rejected with a reason that has a text in every language', () => {
    const wrong = {
      ...withMaps({ database: '?', password: ' ', server: { host: ' ', port: 0 } }),
      ports: { submissions: 465, imap: 'x', pop3: 70_000 },
      storage: { folder: 'a', uid: 2 ** 33, gid: 1.5 },
      tls: undefined,
      logs: { postfix: '/a' },
    };
    const reasons = new Set(Object.values(refusals(wrong)).map(({ key }) => key));
    assert.equal(reasons.size, 11);
    for (const key of reasons) {
      assert.ok(
        locales.every((locale) => languageFor(locale).has(key)),
        key,
      );
    }
  });
});

function refusals(options: unknown): FieldErrors {
  try {
    parseOptions(options);
  } catch (error) {
    assert.ok(error instanceof InvalidInputError, String(error));
    return error.fields;
  }
  return {};
}

function refusedFields(options: unknown): string[] {
  return Object.keys(refusals(options));
}

function wrongIn(error: unknown): string[] {
  assert.ok(error instanceof InvalidInputError, String(error));
  return Object.keys(error.fields).map((field) => field.replace(/\.\d+$/, ''));
}

const harmless: Readonly<Record<string, string>> = {
  hostName: 'mx.example.com',
  postmaster: 'a@example.com',
  addresses: '192.0.2.1',
  'maps.database': 'relais',
  'maps.user': 'relais',
  'maps.password': 'secret',
  'maps.server.host': 'db.example.com',
};

function isRefused(options: () => MailServerOptions, name: string): boolean {
  try {
    renderConfiguration(options());
    return false;
  } catch (error) {
    assert.deepEqual(wrongIn(error), [name]);
    return true;
  }
}

function lineCounts(files: ReadonlyMap<string, string>): [path: string, lines: number][] {
  return [...files].map(([path, text]) => [path, text.split('\n').length]);
}
