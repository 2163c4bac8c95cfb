import type { FieldError } from '../../errors.js';
import { isMadeOf, isWeak } from '../../secrets/password-strength.js';
import { forPeople } from './mailbox.js';

/**
 * Why this must not be a mailbox's password, if so: everybody who attacks the mailbox tries it first.
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
