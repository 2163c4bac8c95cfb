import { AddressError, EmailAddress } from '../../addresses/index.js';
import { InvalidInputError } from '../../errors.js';

/** @throws {InvalidInputError} if it is not an address. */
export function asAddress(text: string): EmailAddress {
  try {
    return EmailAddress.parse(text);
  } catch (error) {
    if (error instanceof AddressError) {
      throw new InvalidInputError({ address: { key: error.key } });
    }
    throw error;
  }
}
