import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

export interface Load {
  readonly port: number;
  /** The processes to measure. */
  readonly pids: readonly number[];
  /** Requested in turn. */
  readonly paths: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** A server's performance under load. */
export interface Burst {
  readonly requestsPerSecond: number;
  /** Processor time per request, in µs. */
  readonly cost: number;
}

const connections = 8;

/** Keeps a server busy, and waits for at least one answer. */
export async function burst(load: Load, milliseconds: number): Promise<Burst> {
  const before = cpuMicroseconds(load.pids);
  let answered = 0;
  let seconds = 0;
  while (answered === 0) {
    const result = await autocannon({
      url: `http://127.0.0.1:${load.port}`,
      requests: load.paths.map((path) => ({ path })),
      headers: { ...load.headers },
      connections,
      duration: milliseconds / 1000,
      sampleInt: 50,
    });
    if (result.non2xx > 0 || result.errors > 0) {
      throw new Error(`${load.paths[0]}: ${result.non2xx} refusals, ${result.errors} errors`);
    }
    answered = result['2xx'];
    seconds += result.duration;
  }
  return {
    requestsPerSecond: answered / seconds,
    cost: (cpuMicroseconds(load.pids) - before) / answered,
  };
}

/** proc_pid_stat(5): `utime` and `stime`, in ticks of 10 ms; fields are counted after the program's name. */
export function cpuMicroseconds(pids: readonly number[]): number {
  const ticks = pids.map((pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, each) => sum + each, 0) * 10_000;
}
