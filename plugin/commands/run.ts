import type { Command } from 'commander';

/** Runs the command line; an error is one clear line on standard error and the exit code 1. */
export async function runCommand(program: Command, argv: readonly string[]): Promise<void> {
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    const { explain } = await import('./explain.js');
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}
