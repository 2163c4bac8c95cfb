import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** The column and row of a secret. A secret that was sealed for one place cannot be opened in another. */
export interface SecretPlace {
  readonly table: string;
  readonly row: number;
  readonly column: string;
}

const version = 'v1';
const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts secrets that must be read back, such as SMTP passwords: AES-256-GCM with a nonce for each, bound to its
 * place. A sealed text is `v1.<key ID>.<nonce, tag and ciphertext in base64url>`.
 */
export class Secrets {
  readonly #newest: string;
  readonly #keys: ReadonlyMap<string, Buffer>;

  /** @param keys of 32 bytes each, newest first: the first one seals, all of them open. */
  constructor(keys: readonly [Buffer, ...Buffer[]]) {
    this.#newest = idOf(keys[0]);
    this.#keys = new Map(keys.map((key) => [idOf(key), key]));
  }

  seal(secret: string, place: SecretPlace): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key(this.#newest), nonce);
    cipher.setAAD(nameOf(place));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    const content = Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    return `${version}.${this.#newest}.${content}`;
  }

  /** @throws {Error} when it was sealed for another place or with a missing key, or was modified. */
  open(text: string, place: SecretPlace): string {
    const [format, keyId = '', content = ''] = text.split('.');
    if (format !== version) {
      throw new Error('This is no sealed secret.');
    }
    const bytes = Buffer.from(content, 'base64url');
    const decipher = createDecipheriv(algorithm, this.#key(keyId), bytes.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(nameOf(place));
    decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
    const opened = decipher.update(bytes.subarray(nonceBytes + tagBytes));
    return Buffer.concat([opened, decipher.final()]).toString('utf8');
  }

  hasKey(id: string): boolean {
    return this.#keys.has(id);
  }

  /** Whether it was sealed with the newest key. */
  isCurrent(text: string): boolean {
    return text.startsWith(`${version}.${this.#newest}.`);
  }

  #key(id: string): Buffer {
    const key = this.#keys.get(id);
    if (key === undefined) {
      throw new Error(`The key ${id} is not in the key file.`);
    }
    return key;
  }
}

/** The ID of the key that sealed a text, given at least its beginning. */
export function keyIdOf(sealed: string): string {
  return sealed.split('.')[1] ?? '';
}

function idOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 8);
}

function nameOf({ table, row, column }: SecretPlace): Buffer {
  return Buffer.from(`${table}/${row}/${column}`);
}
