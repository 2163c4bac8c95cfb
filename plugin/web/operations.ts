import Joi from 'joi';

export const problem = Joi.object({
  type: Joi.valid('about:blank').required(),
  title: Joi.string().required(),
  status: Joi.number().integer().required(),
  code: Joi.string().required().description('The same for the same problem, whatever its words.'),
  detail: Joi.string().required(),
  errors: Joi.array().items(
    Joi.object({
      pointer: Joi.string().required().description('A JSON pointer into the body (RFC 6901 §6).'),
      code: Joi.string().required(),
      detail: Joi.string().required(),
    }),
  ),
  reference: Joi.string().description('Names the line about it in the log of the server.'),
});

interface Success {
  readonly status: 200 | 202;
  readonly text: string;
  readonly body: string;
}

/** A route for programs, as the document describes it. */
export interface Operation {
  readonly method: 'get' | 'post';
  readonly path: string;
  /** The scope that a token needs; `public` needs no token, and `signed-in` any: its handler looks at the scopes. */
  readonly access: string;
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly request?: { readonly schema: Joi.Schema; readonly example: object };
  /** A file that is sent as the body. */
  readonly file?: { readonly type: string; readonly example: string };
  /** Its parameters in the query. */
  readonly query?: Joi.ObjectSchema;
  /** The values of the parameter `only`, if it answers with a page of rows. */
  readonly pageOf?: readonly string[];
  readonly success: Success;
  readonly otherwise?: Success;
  /** Statuses of problems, and when they occur. */
  readonly problems: Readonly<Record<number, string>>;
}

/** What a feature adds to the API for programs. */
export interface ApiPart {
  /** In sentences. */
  readonly about: string;
  readonly operations: readonly Operation[];
  /** Schemas of answers by the names that operations have in `body`. */
  readonly schemas: Readonly<Record<string, Joi.Schema>>;
}

/** How each refuses a program without the right token. */
export const refusedTokens = {
  401: 'The token is missing or not known.',
  403: 'The token lacks the scope.',
};
