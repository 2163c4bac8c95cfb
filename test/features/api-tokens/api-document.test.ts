import assert from 'node:assert/strict';
import { sendOperation } from '../../../plugin/features/messages/api.js';
import { templateOf } from '../../../plugin/features/api-tokens/api-document.js';
import { messageForm } from '../../../plugin/features/messages/forms.js';
import { parseJson } from '../../../plugin/web/forms.js';
import { type TestWeb } from '../../support/app.js';
import { useServedApp } from '../../support/served-app.js';

interface Described {
  readonly operationId: string;
  readonly security: readonly { readonly token: readonly string[] }[];
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly schema: RequestSchema; readonly example: object }>
    >;
  };
  readonly responses: Readonly<Record<string, unknown>>;
}

interface RequestSchema {
  readonly required: readonly string[];
  readonly additionalProperties: boolean;
  readonly description: string;
  readonly properties: Readonly<Record<string, { readonly maxItems?: number }>>;
}

interface ApiDocument {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

/** A token without scopes means a session, so a person who has signed in. */
function scopesIn([first]: Described['security']): string {
  return first === undefined ? 'public' : first.token.join(' ') || 'signed-in';
}

describe('the OpenAPI document', () => {
  let web: TestWeb;
  let document: ApiDocument;
  const served = useServedApp('sqlite', { RELAIS_BASE_PATH: '/modules/mail/' });
  before(async () => {
    ({ web } = served);
    document = (await (await fetch(`${web.url}/api/v1/openapi.json`)).json()) as ApiDocument;
  });

  const described = (): [method: string, path: string, Described][] =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, each]): [string, string, Described] => [
        method,
        path,
        each,
      ]),
    );

  it('has every route for programs, with its scope, and no others', () => {
    const routes = web.extension.routes.routes
      .filter(({ by }) => by === 'token')
      .map(({ method, path, access }) => `${method} ${templateOf(path)} ${access}`);
    const documented = described().map(
      ([method, path, { security }]) => `${method} ${path} ${scopesIn(security)}`,
    );
    assert.deepEqual(new Set(documented), new Set(routes));
    assert.equal(documented.length, routes.length);
  });

  it('has the mount point and every path parameter', () => {
    assert.deepEqual(document.servers, [{ url: '/modules/mail' }]);
    for (const [, path, { parameters }] of described()) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
      assert.deepEqual(inPath, names);
    }
  });

  it('describes requests by the schema that validates them, with a valid example', () => {
    const body = document.paths[sendOperation.path]?.['post']?.requestBody?.content;
    const json = body?.['application/json'];
    assert.ok(json);
    const { schema, example } = json;
    assert.deepEqual(new Set(schema.required), new Set(['service', 'subject', 'to']));
    for (const field of ['to', 'cc', 'bcc']) {
      assert.equal(schema.properties[field]?.maxItems, 100, field);
    }
    assert.ok(schema.properties['replyTo']);
    assert.equal(schema.additionalProperties, false);
    assert.match(schema.description, /25 MB.*100 recipients/);
    assert.equal(parseJson(messageForm, example).service, 'sales');
  });

  it('has no dangling references, and a unique name for each operation', () => {
    const text = JSON.stringify(document);
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      assert.ok(document.components.schemas[name], name);
    }
    assert.equal(
      new Set(described().map(([, , each]) => each.operationId)).size,
      described().length,
    );
    assert.match(document.openapi, /^3\.1\./);
  });
});
