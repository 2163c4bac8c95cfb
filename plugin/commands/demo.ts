import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { App } from '../app.js';
import { type ConfigOptions, readConfig } from '../config.js';
import { shown } from './demo/data.js';
import { firstAdministrator } from '../panel/standalone/accounts/first-administrator.js';
import { signInUrl } from '../web/panel-url.js';
import { assertFree, serve } from './start.js';

export function addTo(demo: Command): void {
  demo
    .option('--host <address>', 'where to listen (RELAIS_HOST, 127.0.0.1)')
    .option('--port <number>', 'where to listen (RELAIS_PORT, 8880); 0 takes a free one')
    .addHelpText('after', '\nExample:\n  $ relais demo --port 8080')
    .action((_options: object, command: Command) => run(command.optsWithGlobals()));
}

async function run({ host, port }: ConfigOptions): Promise<void> {
  const data = throwAwayFolder();
  const config = readConfig({ host, port, data, database: 'sqlite' }, process.env);
  await assertFree(config);
  process.stdout.write('Making demo data…\n');
  const { openApp } = await import('../app.js');
  const app = await openApp(config);
  const administrator = await firstAdministrator(app);
  const { fillDemo } = await import('./demo/fill.js');
  await fillDemo(app);
  await serve(app, async (base) => {
    const links = [['administrator', administrator] as const, ...(await tokens(app))];
    process.stdout.write(`Relais listens on ${base}\n`);
    process.stdout.write('Sign in, once with each link, within 15 minutes:\n');
    for (const [role, token] of links) {
      process.stdout.write(`  ${role.padEnd(14)} ${signInUrl(config, token ?? '', base)}\n`);
    }
  });
}

async function tokens(app: App): Promise<readonly (readonly [role: string, token: string])[]> {
  const { accountStore, signIn } = app.panel;
  await signIn.mailUser(shown.mailUser);
  return await Promise.all(
    [
      ['reseller', shown.reseller] as const,
      ['customer', shown.customer] as const,
      ['mail user', shown.mailUser] as const,
    ].map(async ([role, login]) => {
      const known = await accountStore.knownByLogin(login);
      return [role, await signIn.createLink(known?.account.id ?? 0)] as const;
    }),
  );
}

function throwAwayFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'relais-demo-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
