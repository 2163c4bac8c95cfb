import type Joi from 'joi';
import { type FieldErrors, InvalidInputError } from '../errors.js';
import { foldText } from '../database/fold-text.js';
import { parseForm } from '../web/forms.js';
import type { LineValues } from './kind.js';

const yes = new Set(['yes', 'y', 'oui', 'o', 'true', 'vrai', 'on', '1', 'x']);
const no = new Set(['no', 'n', 'non', 'false', 'faux', 'off', '0']);

/** What cells of a line say, and what is wrong with them. */
export interface ParsedCells<Form> {
  readonly wanted: Partial<Form>;
  readonly errors: FieldErrors;
}

/** Parses the cells of a line that are not empty by the rules of the form. */
export function parseCells<Form>(
  schema: Joi.ObjectSchema<Partial<Form>>,
  cells: Readonly<Record<string, string | undefined>>,
): ParsedCells<Form> {
  const filled = Object.entries(cells).filter(([, text]) => text !== undefined && text !== '');
  try {
    return { wanted: parseForm(schema, Object.fromEntries(filled)), errors: {} };
  } catch (error) {
    if (error instanceof InvalidInputError) {
      return { wanted: {}, errors: error.fields };
    }
    throw error;
  }
}

/** Yes or no in any of our languages, as boxes of forms have it; undefined for another text. */
function boxIn(text: string): '1' | 'false' | undefined {
  const folded = foldText(text);
  return yes.has(folded) ? '1' : no.has(folded) ? 'false' : undefined;
}

/** Cells of boxes as forms have them, and what is wrong with them. */
export function boxCells(
  values: LineValues,
  names: readonly string[],
): { readonly boxes: Readonly<Record<string, string | undefined>>; readonly errors: FieldErrors } {
  const filled = names.filter((name) => (values[name] ?? '') !== '');
  const boxes = filled.map((name) => [name, boxIn(values[name] ?? '')] as const);
  const wrong = boxes.filter(([, box]) => box === undefined);
  return {
    boxes: Object.fromEntries(boxes),
    errors: Object.fromEntries(wrong.map(([name]) => [name, { key: 'imports.errors.yes-or-no' }])),
  };
}
