import { Rehearsed } from '../errors.js';
import type { Actor } from '../viewing/actor.js';

/** Makes a change and takes it back. @throws {AppError} with the reason of a refusal. */
export async function rehearse<By extends Actor>(
  by: By,
  change: (by: By) => Promise<unknown>,
): Promise<void> {
  try {
    await change({ ...by, rehearses: true });
  } catch (error) {
    if (!(error instanceof Rehearsed)) {
      throw error;
    }
  }
}
