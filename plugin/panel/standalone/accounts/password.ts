import { InvalidInputError } from '../../../errors.js';
import { isMadeOf, isWeak } from '../../../secrets/password-strength.js';
import { hashPassword } from '../../../secrets/passwords.js';

/** The hash of a new password. @throws {InvalidInputError} when it is easy to guess. */
export async function hashNewPassword(password: string, login: string): Promise<string> {
  const key = isMadeOf(password, [login]) ? 'password-login' : isWeak(password) && 'password-weak';
  if (key !== false) {
    throw new InvalidInputError({ password: { key: `accounts.errors.${key}` } });
  }
  return await hashPassword(password);
}
