import type Joi from 'joi';
import { type Operation, messageAnswer, operations, problem } from './api.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * The API's OpenAPI 3.1 document, derived from the schemas that validate requests.
 *
 * @param server the mount point, as a path.
 */
export function apiDocument(server: string, version: string): Json {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Relais',
      version,
      description:
        'Programs send mail through the confirmed SMTP servers of an account. A token is made on the page “API ' +
        'tokens” of the account. None is sent twice once a server has accepted it, but for one case that SMTP ' +
        'leaves open: see the state `unknown`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: server }],
    paths: pathsOf(operations),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Message: schemaOf(messageAnswer),
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
  const { id, summary, description, access, request, success, problems } = operation;
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    security: access === 'public' ? [] : [{ token: [access] }],
    parameters: parametersOf(operation),
    ...(request !== undefined && { requestBody: bodyOf(request) }),
    responses: {
      [success.status]: {
        description: success.text,
        ...(success.status === 202 && { headers: { Location: location } }),
        content: { 'application/json': { schema: reference(success.body) } },
      },
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

const unexpected = { 500: 'Something unexpected happened.', 503: 'The database does not answer.' };

const location = { description: 'Where to read it.', schema: { type: 'string' } };

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'The same key with the same message is the same message, however often it is sent, for as long as the message ' +
    'is kept; with another message it is refused. In quotation marks, or without.',
  schema: { type: 'string', maxLength: 257 },
};

function parametersOf({ path, method }: Operation): readonly Json[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'integer' },
  }));
  return method === 'post' ? [...inPath, idempotencyKey] : inPath;
}

function bodyOf({ schema, example }: Required<Operation>['request']): Json {
  const content = { 'application/json': { schema: schemaOf(schema), example } };
  return { required: true, content };
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

/** JSON Schema 2020-12, as in OpenAPI 3.1. */
function schemaOf(schema: Joi.Schema): Json {
  return schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
}
