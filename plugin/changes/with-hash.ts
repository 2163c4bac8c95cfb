import { hashPassword } from '../secrets/passwords.js';
import type { Actor } from '../viewing/actor.js';
import { rehearse } from './rehearsal.js';

/**
 * Makes a change that stores the hash of a chosen password. Hashing takes longer than all else, so the change is
 * rehearsed without a hash first, and a refusal is spared its time.
 */
export async function withHash<By extends Actor, Result>(
  by: By,
  password: string,
  change: (by: By, hash: string) => Promise<Result>,
): Promise<Result> {
  if (by.rehearses !== true) {
    await rehearse(by, (rehearsing) => change(rehearsing, ''));
  }
  return await change(by, by.rehearses === true ? '' : await hashPassword(password));
}
