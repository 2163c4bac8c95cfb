import { AddressError } from '../../plugin/addresses/index.js';

/** The reason why a text was refused, or `accepted`. Any other error is the test's failure. */
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
