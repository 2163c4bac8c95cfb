#!/usr/bin/env node
import { assertNode } from './runtime/node-version.js';

// Files are private to this user, except the mail servers' own.
process.umask(0o077);

try {
  assertNode();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

// Loaded late, since an older Node could not load it.
const [{ createProgram }, { runCommand }] = await Promise.all([
  import('./commands/program.js'),
  import('./commands/run.js'),
]);
await runCommand(createProgram(), process.argv);
