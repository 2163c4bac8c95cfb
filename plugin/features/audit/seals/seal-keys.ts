import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { keysFor } from '../../../secrets/key-file.js';

/** The keys of seals, derived from those in the key file; none is in the database. */
export class SealKeys {
  readonly #newest: string;
  readonly #keys: ReadonlyMap<string, Buffer>;

  /** @param keys newest first: the first one seals, all of them verify. */
  constructor(keys: readonly [Buffer, ...Buffer[]]) {
    this.#newest = idOf(keys[0]);
    this.#keys = new Map(keys.map((key) => [idOf(key), key]));
  }

  static in(dataFolder: string): SealKeys {
    return new SealKeys(keysFor('audit seals', dataFolder));
  }

  sealed(text: string): { readonly key_id: string; readonly mac: string } {
    return { key_id: this.#newest, mac: this.#mac(this.#newest, text) ?? '' };
  }

  /** @returns undefined if its key is not in the key file. */
  matches(
    text: string,
    { key_id, mac }: { readonly key_id: string; readonly mac: string },
  ): boolean | undefined {
    const [given, expected] = [Buffer.from(mac), this.#mac(key_id, text)];
    return expected === undefined
      ? undefined
      : given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
  }

  isNewest(keyId: string): boolean {
    return keyId === this.#newest;
  }

  #mac(keyId: string, text: string): string | undefined {
    const key = this.#keys.get(keyId);
    return key && createHmac('sha256', key).update(text).digest('hex');
  }
}

function idOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}
