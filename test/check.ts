import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** The checks of `npm run check` that need no test, at once: each mostly has one processor. */
const checks = ['npm run --silent prepare', 'oxfmt --check', 'tsc', 'oxlint', 'knip'];

const results = await Promise.all(checks.map(run));
results.filter(({ code }) => code !== 0).forEach(({ output }) => process.stdout.write(output));
process.exitCode = results.every(({ code }) => code === 0) ? 0 : 1;

async function run(command: string): Promise<{ readonly code: unknown; readonly output: string }> {
  const child = spawn(`${command} 2>&1`, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { code, output: `${command}\n${output}` };
}
