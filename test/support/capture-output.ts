import type { CliResult } from './cli.js';

/** What a command does to its process, held back from this one. */
export interface CapturedOutput {
  result(): CliResult;
  restore(): void;
}

/** Thrown where a command ends its process, so that nothing behind it runs. */
class Exit extends Error {}

/** Gives this process an environment of its own, and keeps what is printed and the exit code, until it is restored. */
export function captureOutput(env: NodeJS.ProcessEnv): CapturedOutput {
  const real = { env: process.env, exit: process.exit.bind(process), exitCode: process.exitCode };
  const [out, errors] = [captureStream(process.stdout), captureStream(process.stderr)];
  let exited: CliResult | undefined;
  process.env = env;
  process.exitCode = undefined;
  process.exit = (code) => {
    exited ??= {
      code: Number(code ?? process.exitCode ?? 0),
      out: out.text(),
      errors: errors.text(),
    };
    throw new Exit();
  };
  return {
    result: () =>
      exited ?? { code: Number(process.exitCode ?? 0), out: out.text(), errors: errors.text() },
    restore() {
      Object.assign(process, real);
      out.restore();
      errors.restore();
    },
  };
}

function captureStream(stream: NodeJS.WriteStream): { text(): string; restore(): void } {
  const write = stream.write.bind(stream);
  let text = '';
  stream.write = (chunk: string | Uint8Array) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  return { text: () => text, restore: () => (stream.write = write) };
}
