export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly optional?: boolean;
  readonly gypfile?: boolean;
}

/** Packages with a `binding.gyp` that bring their binaries. */
const built = new Set(['node_modules/better-sqlite3']);

/**
 * What `npm ci` needs to be told where npm 9 or 10 or an older Node runs it (decision 0001): which package is not to be
 * compiled, and that the programs and libraries for this machine are installed whatever Node runs npm, since Relais
 * runs on the Node that it brings.
 */
export function forOlderNpm(lock: LockFile): LockFile {
  const packages = Object.entries(lock.packages).map(([path, each]) => [path, adapted(path, each)]);
  return { ...lock, packages: Object.fromEntries(packages) };
}

function adapted(path: string, each: LockedPackage): LockedPackage {
  const kept = Object.entries(each).filter(([key]) => key !== 'engines' || each.optional !== true);
  return { ...Object.fromEntries(kept), ...(built.has(path) && { gypfile: false }) };
}
