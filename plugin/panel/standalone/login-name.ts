import { EmailAddress } from '../../addresses/index.js';

/** A login in stored form: an address in ASCII. */
export function nameIn(login: string): string {
  try {
    return EmailAddress.parse(login).toString();
  } catch {
    return login.trim().toLowerCase();
  }
}
