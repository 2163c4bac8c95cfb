import { AddressError, type AddressErrorReason } from './address-error.js';

/** What a text must not contain, and why. */
export type Refusal = readonly [pattern: RegExp, reason: AddressErrorReason];

/**
 * Zero-width and other characters without a shape. UTS #46 maps most of them to nothing, so that the name that
 * is used would not be the name that was typed.
 */
export const INVISIBLE: Refusal = [/\p{Default_Ignorable_Code_Point}/u, 'invisible-characters'];

/** @throws {AddressError} for the first refusal that the text meets. */
export function refuse(text: string, refusals: readonly Refusal[]): void {
  const met = refusals.find(([pattern]) => pattern.test(text));
  if (met !== undefined) {
    throw new AddressError(met[1]);
  }
}
