import Plain from 'joi';

/**
 * Joi, whose lists and texts are refused for their length before anything in them is looked at, so that no refusal
 * takes longer than what is accepted.
 */
export const Joi: Plain.Root = Plain.extend(
  { type: 'array', base: Plain.array(), prepare: lengthFirst },
  { type: 'string', base: Plain.string(), prepare: lengthFirst },
);

function lengthFirst(
  value: unknown,
  { schema, error }: Plain.CustomHelpers,
): Plain.CoerceResult | undefined {
  const limit: unknown = schema.$_getRule('max')?.args?.limit;
  const isLong =
    (typeof value === 'string' || Array.isArray(value)) &&
    typeof limit === 'number' &&
    value.length > limit;
  return isLong ? { value, errors: [error(`${schema.type}.max`, { limit, value })] } : undefined;
}
