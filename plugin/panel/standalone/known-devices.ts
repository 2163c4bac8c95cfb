import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KnownAccount } from '../directory/account-store.js';

const lifetimeMs = 180 * 24 * 60 * 60 * 1000;

/** A cookie that identifies a browser that has signed in to an account. */
export interface DeviceCookie {
  readonly name: string;
  readonly value: string;
  readonly maxAgeMs: number;
}

/**
 * Browsers that have signed in before, which others' guesses do not slow down. The cookie is signed for the account and
 * its password: a new password invalidates it.
 */
export class KnownDevices {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** A new cookie; undefined for an account without a password, which nobody can guess. */
  cookieFor(known: KnownAccount, now = Date.now()): DeviceCookie | undefined {
    if (known.passwordHash === undefined) {
      return undefined;
    }
    const id = randomBytes(12).toString('base64url');
    const expiresAt = String(now + lifetimeMs);
    return {
      name: nameFor(known.account.id),
      value: [id, expiresAt, this.#sign(known, id, expiresAt)].join('.'),
      maxAgeMs: lifetimeMs,
    };
  }

  /**
   * The ID of a request's known device.
   *
   * @param cookie finds a cookie by its name.
   * @returns undefined unless the cookie was made for this account with its current password, less than 180 days ago.
   */
  recognize(
    known: KnownAccount,
    cookie: (name: string) => string | undefined,
    now = Date.now(),
  ): string | undefined {
    const [id = '', expiresAt = '', signature = ''] =
      cookie(nameFor(known.account.id))?.split('.') ?? [];
    const isSigned = sameBytes(signature, this.#sign(known, id, expiresAt));
    return isSigned && Number(expiresAt) > now ? id : undefined;
  }

  #sign({ account, passwordHash }: KnownAccount, id: string, expiresAt: string): string {
    const signed = JSON.stringify([account.id, passwordHash, id, expiresAt]);
    return createHmac('sha256', this.#secret).update(signed).digest('base64url');
  }
}

function nameFor(accountId: number): string {
  return `relais_device_${accountId}`;
}

function sameBytes(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
