import { IncomingMessage, type Server, ServerResponse, createServer } from 'node:http';
import type { Express } from 'express';

/**
 * An HTTP server for an Express application. Express gives every request and response the application's prototype,
 * and V8 then makes a new hidden class for each of them, so that no code that touches them is ever optimized. Here
 * they are made with that prototype, and nothing is left to change.
 */
export function serverFor(app: Express): Server {
  class Request extends IncomingMessage {}
  class Response extends ServerResponse<Request> {}
  Object.setPrototypeOf(Request.prototype, app.request);
  Object.setPrototypeOf(Response.prototype, app.response);
  Object.assign(app, { request: Request.prototype, response: Response.prototype });
  return createServer({ IncomingMessage: Request, ServerResponse: Response }, app);
}
