import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/**
 * Keeps compiled code from one start to the next, which then takes a fifth less (Node's manual, *Module compile cache*).
 * Node's own place for it is a folder for everybody's temporary files, where somebody else could put code.
 *
 * @param dataFolder the first start makes it, with its permissions.
 */
export function keepCompiledCode(dataFolder: string): void {
  if (existsSync(dataFolder)) {
    enableCompileCache(join(dataFolder, 'compiled'));
  }
}
