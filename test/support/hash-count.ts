import { createHook } from 'node:async_hooks';

/** How Node names work that an addon does outside of JavaScript, unless the addon names it: argon2 is the only such one. */
const unnamed = 'undefined';

/** The number of password hashes that are computed or compared while `work` runs. */
export async function hashesIn(work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const hook = createHook({
    init(_id, type) {
      count += Number(type === unnamed);
    },
  }).enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return count;
}
