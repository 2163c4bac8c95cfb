import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programPath } from '../support/packages.js';
import { removeFolder, temporaryFolder } from '../support/processes.js';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** An issuer of certificates; `ca` is its own, in PEM. */
export interface Issuer {
  readonly ca: string;
  /** @param names in the form of subjectAltName: `DNS:mx.test,IP:127.0.0.1`. */
  issue(names: string): Certificate;
  /** A certificate that expired long ago, after one day. */
  issueExpired(names: string): Certificate;
  remove(): void;
}

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export function createIssuer(): Issuer {
  const folder = temporaryFolder('certificates');
  const path = (name: string): string => join(folder, name);
  const read = (name: string): string => readFileSync(path(name), 'utf8');
  const openssl = (...args: readonly string[]): void => {
    execFileSync(programPath('openssl'), args, { cwd: folder, stdio: 'pipe' });
  };
  openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '2',
    '-subj',
    '/CN=Issuer',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  );
  writeFileSync(path('index.txt'), '');
  writeFileSync(path('ca.conf'), configuration);

  const issue = (names: string, ...validity: readonly string[]): Certificate => {
    openssl(
      'req',
      ...key,
      '-subj',
      '/CN=Server',
      '-addext',
      `subjectAltName=${names}`,
      '-keyout',
      'key',
      '-out',
      'csr',
    );
    openssl(
      'ca',
      '-batch',
      '-config',
      'ca.conf',
      '-in',
      'csr',
      '-out',
      'cert',
      '-notext',
      ...validity,
    );
    return { key: read('key'), cert: read('cert') };
  };
  return {
    ca: read('ca.pem'),
    issue: (names) => issue(names, '-days', '1'),
    issueExpired: (names) =>
      issue(names, '-startdate', '20200101000000Z', '-enddate', '20200102000000Z'),
    remove: () => removeFolder(folder),
  };
}

const configuration = `
[ca]
default_ca = issuer
[issuer]
database = index.txt
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
rand_serial = yes
unique_subject = no
copy_extensions = copy
policy = any
[any]
commonName = supplied
`;
