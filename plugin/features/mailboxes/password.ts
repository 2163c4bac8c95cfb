import type { FieldError } from '../../errors.js';
import { isMadeOf, isWeak } from '../../secrets/password-strength.js';
import { forPeople } from './mailbox.js';

/**
 * Why a password is too weak for a mailbox, if so.
 *
 * @param address in ASCII.
 */
export function passwordRefusal(password: string, address: string): FieldError | undefined {
  if (isMadeOf(password, wordsOf(address))) {
    return { key: 'mailboxes.errors.password-address' };
  }
  return isWeak(password) ? { key: 'mailboxes.errors.password-weak' } : undefined;
}

function wordsOf(address: string): readonly string[] {
  return [address, forPeople(address)].flatMap((form) => [form, ...form.split(/[@.]/)]);
}
