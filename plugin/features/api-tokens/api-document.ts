import type Joi from 'joi';
import { type ApiPart, type Operation, problem } from '../../web/operations.js';

type Json = Readonly<Record<string, unknown>>;

export const documentOperation: Operation = {
  method: 'get',
  path: '/api/v1/openapi.json',
  access: 'public',
  id: 'readDocument',
  summary: 'This document',
  success: { status: 200, text: 'This document.', body: 'Document' },
  problems: {},
};

/** Where the API is, and what it consists of. */
interface Described {
  /** The mount point, as a path. */
  readonly server: string;
  readonly version: string;
  readonly parts: readonly ApiPart[];
}

/** The API's OpenAPI 3.1 document, derived from the schemas that validate requests. */
export function apiDocument({ server, version, parts }: Described): Json {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Relais',
      version,
      description: [
        'Tokens are made on the page “API tokens” of an account, which they act for.',
        ...parts.map(({ about }) => about),
      ].join(' '),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: server }],
    paths: pathsOf([...parts.flatMap(({ operations }) => operations), documentOperation]),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        ...Object.fromEntries(
          parts.flatMap(({ schemas }) =>
            Object.entries(schemas).map(([name, schema]) => [name, schemaOf(schema)]),
          ),
        ),
        Problem: schemaOf(problem),
        Document: { type: 'object' },
      },
    },
  };
}

function pathsOf(all: readonly Operation[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of all) {
    (paths[templateOf(operation.path)] ??= {})[operation.method] = described(operation);
  }
  return paths;
}

/** `/messages/:id` is `/messages/{id}` in OpenAPI. */
export function templateOf(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

function described(operation: Operation): Json {
  const { id, summary, description, access, success, otherwise, problems } = operation;
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    security: access === 'public' ? [] : [{ token: access === 'signed-in' ? [] : [access] }],
    parameters: parametersOf(operation),
    ...bodyOf(operation),
    responses: {
      ...answered(success),
      ...(otherwise !== undefined && answered(otherwise)),
      ...Object.fromEntries(
        Object.entries({ ...problems, ...unexpected }).map(([status, text]) => [
          status,
          {
            description: text,
            content: { 'application/problem+json': { schema: reference('Problem') } },
          },
        ]),
      ),
    },
  };
}

function answered({ status, text, body }: Operation['success']): Json {
  return {
    [status]: {
      description: text,
      ...(status === 202 && { headers: { Location: location } }),
      content: { 'application/json': { schema: reference(body) } },
    },
  };
}

const unexpected = { 500: 'Something unexpected happened.', 503: 'The database does not answer.' };

const location = { description: 'Where to read it.', schema: { type: 'string' } };

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'The same key with the same body is the same request, however often it is sent, for as long as its result is ' +
    'kept; with another body it is refused. In quotation marks, or without.',
  schema: { type: 'string', maxLength: 257 },
};

function parametersOf({ path, method, pageOf, query }: Operation): readonly Json[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'integer' },
  }));
  const others = [
    ...(pageOf === undefined ? [] : pageParameters(pageOf)),
    ...(query === undefined ? [] : queryParameters(query)),
  ];
  return [...inPath, ...others, ...(method === 'post' ? [idempotencyKey] : [])];
}

function pageParameters(only: readonly string[]): readonly Json[] {
  const parameters = {
    after: { type: 'integer', minimum: 0, description: 'Rows behind this ID.' },
    limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    only: { type: 'string', enum: only },
  };
  return Object.entries(parameters).map(([name, schema]) => ({ name, in: 'query', schema }));
}

function queryParameters(query: Joi.ObjectSchema): readonly Json[] {
  const { properties = {} }: { readonly properties?: Readonly<Record<string, Json>> } =
    schemaOf(query);
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    description,
    schema,
  }));
}

function bodyOf({ request, file }: Operation): Json {
  const content = {
    ...(request && {
      'application/json': { schema: schemaOf(request.schema), example: request.example },
    }),
    ...(file && { [file.type]: { schema: { type: 'string' }, example: file.example } }),
  };
  return Object.keys(content).length === 0 ? {} : { requestBody: { required: true, content } };
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

/** JSON Schema 2020-12, as in OpenAPI 3.1. */
function schemaOf(schema: Joi.Schema): Json {
  return schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
}
