import type { RequestHandler } from 'express';
import { UnauthorizedError } from '../../errors.js';
import type { ApiTokens } from './api-tokens.js';

/** Sets `req.viewer` from a request's bearer token (RFC 6750 §2.1). */
export function withToken(tokens: ApiTokens): RequestHandler {
  return async (req, _res, next) => {
    const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(req.get('authorization') ?? '')?.[1];
    if (token === undefined) {
      throw new UnauthorizedError('errors.token-missing');
    }
    req.viewer = await tokens.viewer(token, req.ip ?? '');
    next();
  };
}
