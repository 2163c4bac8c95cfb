import type Joi from 'joi';

type Path = readonly (string | number)[];

/**
 * The first unknown names in a program's JSON, at most as many as asked for. Joi finds them too, but only all of them,
 * and takes a hundred times as long for each.
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

function* pathsIn(schema: Joi.Schema, value: unknown, path: Path): Paths {
  if (Array.isArray(value)) {
    yield* pathsInList(schema, value, path);
  } else if (typeof value === 'object' && value !== null) {
    yield* pathsInObject(schema, value, path);
  }
}

function* pathsInList(schema: Joi.Schema, list: readonly unknown[], path: Path): Paths {
  const [item] = termsOf(schema).items;
  if (item !== undefined) {
    for (const [index, each] of list.entries()) {
      yield* pathsIn(item, each, [...path, index]);
    }
  }
}

/** A schema without keys accepts any. */
function* pathsInObject(schema: Joi.Schema, object: object, path: Path): Paths {
  const { keys } = termsOf(schema);
  const schemas = new Map(keys.map((each) => [each.key, each.schema]));
  for (const [name, each] of keys.length === 0 ? [] : Object.entries(object)) {
    const known = schemas.get(name);
    if (known === undefined) {
      yield [...path, name];
    } else {
      yield* pathsIn(known, each, [...path, name]);
    }
  }
}

type Paths = Generator<Path, void, undefined>;

interface Terms {
  readonly keys: readonly { readonly key: string; readonly schema: Joi.Schema }[];
  readonly items: readonly Joi.Schema[];
}

function termsOf({ $_terms: { keys, items } }: Joi.Schema): Terms {
  return { keys: keys ?? [], items: items ?? [] };
}
