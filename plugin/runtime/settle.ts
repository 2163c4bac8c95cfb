/** Does everything, though some of it fails. @throws the first failure, once all is done. */
export async function settle(works: readonly (() => unknown)[]): Promise<void> {
  const settled = await Promise.allSettled(works.map(async (work) => await work()));
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
}
