import type { FieldError } from '../../../errors.js';
import { isMadeOf, isWeak } from '../../../secrets/password-strength.js';

/** Why a password is too easy to guess for an account, if so. */
export function passwordRefusal(password: string, login: string): FieldError | undefined {
  const key = isMadeOf(password, [login]) ? 'password-login' : isWeak(password) && 'password-weak';
  return key === false ? undefined : { key: `accounts.errors.${key}` };
}

/** The same for a password among other fields of an account; an empty one sets none. */
export function newPasswordRefusal(password: string, login: string): FieldError | undefined {
  return password === '' ? undefined : passwordRefusal(password, login);
}
