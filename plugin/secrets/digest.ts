import { hash } from 'node:crypto';

/** What the database keeps of a token, so that who can read it there still cannot use it: SHA-256 in hexadecimal. */
export function digest(token: string): string {
  return hash('sha256', token);
}
