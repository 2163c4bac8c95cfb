#!/usr/bin/env node
import { assertNode } from './runtime/node-version.js';

// What is written is for this user alone, but for the mail servers' own file.
process.umask(0o077);

try {
  assertNode();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

// Loaded only now, since an older Node could not load all of it.
const [{ createProgram }, { runCommand }] = await Promise.all([
  import('./commands/program.js'),
  import('./commands/run.js'),
]);
await runCommand(createProgram(), process.argv);
