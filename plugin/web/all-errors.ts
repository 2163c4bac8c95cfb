import { rehearse as rehearsing } from '../changes/rehearsal.js';
import { AppError, type FieldErrors, InvalidInputError } from '../errors.js';
import type { Viewer } from '../viewing/viewer.js';

/** No word of any account is in it. */
export const standInPassword = 'five quiet otters juggling';

interface Rules<Typed> {
  readonly parse: (body: unknown) => Typed;
  /** Valid texts for fields that are required or constrained, in place of invalid ones. */
  readonly standIns: Readonly<Record<string, string>>;
  /** Errors that are known beside those of the texts. */
  readonly besides?: FieldErrors;
  /** Makes the change as this viewer, who only rehearses it. */
  readonly rehearse: (viewer: Viewer, typed: Typed) => Promise<unknown>;
}

/**
 * Parses a body. If some fields are invalid, the rules of the change judge the others as well, so that every error
 * shows at once, such as a name that is taken beside a port that is no number.
 *
 * @throws {InvalidInputError}
 */
export async function parseWithRules<Typed>(
  { viewer, body }: { readonly viewer: Viewer; readonly body: unknown },
  rules: Rules<Typed>,
): Promise<Typed> {
  const { parse, besides = {} } = rules;
  let wrong = besides;
  try {
    const typed = parse(body);
    if (Object.keys(besides).length === 0) {
      return typed;
    }
  } catch (error) {
    if (!(error instanceof InvalidInputError)) {
      throw error;
    }
    wrong = { ...error.fields, ...besides };
  }
  const others = await otherErrors(viewer, withStandIns(body, rules, wrong), rules);
  throw new InvalidInputError({ ...others, ...wrong });
}

/** Invalid fields without a stand-in are left out, as if they had not been sent. */
function withStandIns(
  body: unknown,
  { standIns }: Pick<Rules<never>, 'standIns'>,
  wrong: FieldErrors,
): object {
  const sent = Object.entries(Object(body ?? {})).filter(([name]) => wrong[name] === undefined);
  const instead = Object.entries(standIns).filter(([name]) => wrong[name] !== undefined);
  return Object.fromEntries([...sent, ...instead]);
}

async function otherErrors<Typed>(
  viewer: Viewer,
  body: object,
  { parse, rehearse }: Rules<Typed>,
): Promise<FieldErrors> {
  try {
    await rehearsing(viewer, (by) => rehearse(by, parse(body)));
  } catch (error) {
    if (error instanceof InvalidInputError) {
      return error.fields;
    }
    if (!(error instanceof AppError)) {
      throw error;
    }
  }
  return {};
}
