import { readFileSync, readdirSync } from 'node:fs';

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  /** Including children that have ended, in ticks of 10 ms. */
  readonly ticks: number;
}

/** Processor time of processes and all that they have started, including those that have ended. */
export function processorMilliseconds(roots: readonly number[]): number {
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap(timesOf);
  const within = new Set(roots);
  let known = -1;
  while (known !== within.size) {
    known = within.size;
    all.filter(({ parent }) => within.has(parent)).forEach(({ pid }) => within.add(pid));
  }
  return all.reduce((sum, { pid, ticks }) => sum + (within.has(pid) ? ticks : 0), 0) * 10;
}

/** proc_pid_stat(5): parent, then utime, stime, cutime and cstime; fields are counted after the program's name. */
function timesOf(entry: string): readonly ProcessTimes[] {
  try {
    const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return [{ pid: Number(entry), parent: Number(fields[1]), ticks }];
  } catch {
    return [];
  }
}

/** proc_pid_status(5): `VmRSS`, in KiB. */
export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024) / 1_000_000;
}
