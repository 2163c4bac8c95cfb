import { InvalidInputError } from '../../plugin/errors.js';

/** The locale keys of invalid input by field; undefined if it is accepted. */
export async function refusedFields(
  submit: () => Promise<unknown>,
): Promise<Record<string, string> | undefined> {
  try {
    await submit();
    return undefined;
  } catch (error) {
    if (!(error instanceof InvalidInputError)) {
      throw error;
    }
    return Object.fromEntries(Object.entries(error.fields).map(([name, { key }]) => [name, key]));
  }
}
