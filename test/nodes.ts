import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * `npm run test:nodes`: the unit suites on each supported Node, and the error line on an older one. Each Node comes
 * from npm, in a temporary folder.
 */
const supported = ['22.19.0', '24', '26'];
const tooOld = ['18', '20'];

const failed = [
  ...tooOld.filter((version) => !withNode(version, isRefused)),
  ...supported.filter((version) => !withNode(version, unitSuitesPass)),
];
say(
  failed.length === 0
    ? `Node ${supported.join(', ')}: passed. Node ${tooOld.join(', ')}: refused.`
    : `Not as it must be: Node ${failed.join(', ')}.`,
);
process.exit(failed.length === 0 ? 0 : 1);

function withNode(version: string, check: (bin: string) => boolean): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'relais-node-'));
  try {
    const name = `node-${process.platform.replace('win32', 'win')}-${process.arch}@${version}`;
    execFileSync('npm', ['install', '--silent', '--no-save', '--prefix', folder, name]);
    const bin = join(folder, 'node_modules', '.bin');
    say(`Node ${execFileSync(join(bin, 'node'), ['--version'], { encoding: 'utf8' }).trim()}`);
    return check(bin);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function unitSuitesPass(bin: string): boolean {
  const { status } = spawnSync(
    join(bin, 'node'),
    ['--import', 'tsx', 'test/run.ts', '--unit', ...process.argv.slice(2)],
    {
      stdio: 'inherit',
      env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
    },
  );
  return status === 0;
}

function isRefused(bin: string): boolean {
  const { status, stdout, stderr } = spawnSync(join(bin, 'node'), ['dist/plugin/cli.js', 'start'], {
    encoding: 'utf8',
  });
  say(stderr.trim());
  return status === 1 && stdout === '' && /^Relais needs Node [^\n]+\n$/.test(stderr);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
