import type { FieldError } from '../../errors.js';
import { longest, mostTypedSignature } from './smtp-server.js';

/** Several times as many as large signatures of office programs have. */
const mostTags = 1000;

/**
 * Why a signature is refused before it is parsed, if so: each tag takes time, and one that is too long in any case is
 * not parsed.
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

/** The part of a typed signature that is parsed, whether or not it can be saved. */
export function readableSignature(typed: string): string {
  return partsRefusal(typed) === undefined ? typed.slice(0, mostTypedSignature) : '';
}
