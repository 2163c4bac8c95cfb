import Plain from 'joi';

/**
 * Joi, whose lists and texts are refused for their length before anything in them is looked at, so that no refusal
 * takes longer than what is accepted.
 */
export const Joi: Plain.Root = Plain.extend(
  { type: 'array', base: Plain.array(), validate: lengthFirst },
  { type: 'string', base: Plain.string(), validate: lengthFirst },
);

function lengthFirst(
  value: unknown,
  { schema, error }: Plain.CustomHelpers,
): { value: unknown; errors: Plain.ErrorReport[] } | undefined {
  const limit: unknown = schema.$_getRule('max')?.args?.['limit'];
  const isLong =
    (typeof value === 'string' || Array.isArray(value)) &&
    typeof limit === 'number' &&
    value.length > limit;
  return isLong ? { value, errors: [error(`${schema.type}.max`, { limit, value })] } : undefined;
}
