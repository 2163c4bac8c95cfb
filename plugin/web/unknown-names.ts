import type Joi from 'joi';

type Path = readonly (string | number)[];

/**
 * The first names in a program's JSON that a schema does not have, where they stand, at most as many as asked for. Joi
 * finds them too, but only all of them, and takes a hundred times as long for each.
 */
export function unknownNames(schema: Joi.Schema, body: unknown, most: number): readonly Path[] {
  const found: Path[] = [];
  for (const path of pathsIn(schema, body, [])) {
    found.push(path);
    if (found.length === most) {
      break;
    }
  }
  return found;
}

function* pathsIn(
  schema: Joi.Schema,
  value: unknown,
  path: Path,
): Generator<Path, void, undefined> {
  const { keys, items } = termsOf(schema);
  if (Array.isArray(value)) {
    const [item] = items;
    for (const [index, each] of value.entries()) {
      if (item !== undefined && typeof each === 'object') {
        yield* pathsIn(item, each, [...path, index]);
      }
    }
  } else if (typeof value === 'object' && value !== null && keys.length > 0) {
    const schemas = new Map(keys.map((each) => [each.key, each.schema]));
    for (const [name, each] of Object.entries(value)) {
      const known = schemas.get(name);
      if (known === undefined) {
        yield [...path, name];
      } else if (typeof each === 'object') {
        yield* pathsIn(known, each, [...path, name]);
      }
    }
  }
}

interface Terms {
  readonly keys: readonly { readonly key: string; readonly schema: Joi.Schema }[];
  readonly items: readonly Joi.Schema[];
}

function termsOf({ $_terms: { keys, items } }: Joi.Schema): Terms {
  return { keys: keys ?? [], items: items ?? [] };
}
