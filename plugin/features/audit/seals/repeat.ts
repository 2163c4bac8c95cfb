/**
 * Repeats a step until there is no more to do, or it is to stop; other work of this process has its turn in between.
 *
 * @param step tells whether there may be more.
 */
export async function repeat(step: () => Promise<boolean>, signal?: AbortSignal): Promise<void> {
  for (let hasMore = true; hasMore && !isStopping(signal);) {
    hasMore = await step();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

function isStopping(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
