import { hash } from 'node:crypto';

/**
 * The SHA-256 digest of a token in hexadecimal, for the database: reading the database does not yield a usable token.
 */
export function digest(token: string): string {
  return hash('sha256', token);
}
