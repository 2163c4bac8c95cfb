import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MessagePort, type ResourceLimits, Worker } from 'node:worker_threads';
import { programFolder } from './paths.js';

/** Threads load code as this process does: compiled, or as sources. */
const kind = extname(import.meta.url);

/**
 * A module to import first, which lets Node load the sources, whose types it strips itself, where they import each other
 * as what they are compiled to. Loading them through tsx takes a process twice as long.
 */
export const findSources = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  const isSource = (name, { parentURL }) => /^\\.+\\/.+\\.js$/.test(name) && /\\.ts$/.test(parentURL);
  registerHooks({
    resolve(name, context, next) {
      try {
        return next(isSource(name, context) ? name.replace(/js$/, 'ts') : name, context);
      } catch (error) {
        if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
        // What pages load is JavaScript.
        return next(name, context);
      }
    },
  });
`)}`;

/**
 * Starts a module in a thread.
 *
 * @param module its URL without the extension.
 */
export function startThread(
  module: URL,
  workerData: unknown,
  resourceLimits: ResourceLimits,
): Worker {
  const file = new URL(module.href + kind);
  const options = { workerData, resourceLimits };
  if (kind !== '.ts') {
    return new Worker(file, options);
  }
  const script = `import(${JSON.stringify(findSources)}).then(() => import(${JSON.stringify(file.href)}))`;
  return new Worker(script, { eval: true, execArgv: [], ...options });
}

/**
 * Starts a module in a child process that answers messages and receives nothing else: no environment but `env`, no
 * input, no output.
 *
 * @param module its URL without the extension.
 */
export function startProcess(module: URL, env: NodeJS.ProcessEnv): ChildProcess {
  return fork(fileURLToPath(new URL(module.href + kind)), {
    env,
    cwd: programFolder,
    execArgv: kind === '.ts' ? ['--import', findSources] : [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/** Posts a message to a thread, or to a port of one. */
export function tell(
  thread: Worker | MessagePort,
  message: unknown,
  transferred: readonly MessagePort[] = [],
): void {
  thread.postMessage(message, transferred);
}
