import type { FieldError } from '../../errors.js';
import { longest, mostTypedSignature } from './smtp-server.js';

/** Several times what large signatures have that office programs make. */
const mostTags = 1000;

/**
 * Why a typed signature is refused before it is read, if so: each tag takes a while, and what would be too long in any
 * case is not looked at.
 */
export function partsRefusal(typed: string): FieldError | undefined {
  const count = (letter: string): number => typed.split(letter).length - 1;
  if (count('<') > mostTags) {
    return { key: 'smtp-servers.errors.signature-parts', args: { count: mostTags } };
  }
  // A line break becomes six characters, and & five.
  return 6 * count('\n') + 5 * count('&') > longest.signature
    ? { key: 'smtp-servers.errors.signature-size', args: { count: longest.signature } }
    : undefined;
}

/** What is looked at of a typed signature, whether or not it can be saved. */
export function readableSignature(typed: string): string {
  return partsRefusal(typed) === undefined ? typed.slice(0, mostTypedSignature) : '';
}
