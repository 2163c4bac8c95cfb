import Plain from 'joi';

/**
 * Joi that checks the lengths of lists and texts before their content, so that no refusal takes longer than an
 * acceptance.
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
