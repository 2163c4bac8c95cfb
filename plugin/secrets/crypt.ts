import { once } from 'node:events';
import { startThread } from '../runtime/threads.js';

const entry = new URL('./crypt-worker', import.meta.url);
const limits = { maxOldGenerationSizeMb: 64 };

/** Whether a hash of crypt(5), with SHA-256 or SHA-512, is of this password. Takes as long as its rounds say, in a thread. */
export async function cryptMatches(password: string, hash: string): Promise<boolean> {
  const thread = startThread(entry, { password, hash }, limits);
  const [matches]: unknown[] = await once(thread, 'message');
  return matches === true;
}
