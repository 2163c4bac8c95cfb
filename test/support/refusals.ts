import { InvalidInputError } from '../../plugin/errors.js';

/** The locale key of each field's error where input is refused; undefined where it is taken. */
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
