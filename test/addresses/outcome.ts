import { AddressError } from '../../plugin/addresses/index.js';

/** The reason for rejecting a text, or `accepted`. Any other error fails the test. */
export function outcome(parse: () => unknown): string {
  try {
    parse();
    return 'accepted';
  } catch (error) {
    if (error instanceof AddressError) {
      return error.reason;
    }
    throw error;
  }
}
