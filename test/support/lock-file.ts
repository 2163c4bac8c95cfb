export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly optional?: boolean;
  readonly gypfile?: boolean;
}

/** Packages with a `binding.gyp` that ship binaries. */
const built = new Set(['node_modules/better-sqlite3']);

/**
 * Prepares package-lock.json for `npm ci` with npm 9 or 10 or an older Node (decision 0001): it marks the package that
 * is not to be compiled, and installs programs and libraries for this machine whatever Node runs npm, since Relais
 * brings its own Node.
 */
export function forOlderNpm(lock: LockFile): LockFile {
  const packages = Object.entries(lock.packages).map(([path, each]) => [path, adapted(path, each)]);
  return { ...lock, packages: Object.fromEntries(packages) };
}

function adapted(path: string, each: LockedPackage): LockedPackage {
  const kept = Object.entries(each).filter(([key]) => key !== 'engines' || each.optional !== true);
  return { ...Object.fromEntries(kept), ...(built.has(path) && { gypfile: false }) };
}
