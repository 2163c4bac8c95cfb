import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Express } from 'express';
import { http } from './node-http.js';

/** Small pieces up to this number are allowed. */
export const fewPieces = 5000;
/** Average bytes that more pieces must have: networks and programs send more at once. */
export const leastBytes = 512;

/**
 * An HTTP server for an Express application. Express gives every request and response the application's prototype,
 * and V8 then makes a new hidden class for each of them, so that no code that touches them is ever optimized. Here
 * they are made with that prototype, and nothing is left to change.
 *
 * A body that comes in very many small pieces ends the connection, whether or not anybody reads it: Node takes 2 µs for
 * each, so that a megabyte of single bytes would take two seconds.
 */
export function serverFor(app: Express): Server {
  class Request extends http.IncomingMessage {
    declare readonly res?: ServerResponse;
    #pieces = 0;
    #bytes = 0;

    override push(piece: unknown, encoding?: BufferEncoding): boolean {
      if (piece instanceof Uint8Array) {
        this.#pieces += 1;
        this.#bytes += piece.length;
        if (this.#pieces > fewPieces && this.#bytes < this.#pieces * leastBytes) {
          refuse(this);
          return true;
        }
      }
      return super.push(piece, encoding);
    }
  }
  class Response extends http.ServerResponse<Request> {}
  Object.setPrototypeOf(Request.prototype, app.request);
  Object.setPrototypeOf(Response.prototype, app.response);
  Object.assign(app, { request: Request.prototype, response: Response.prototype });
  return http.createServer({ IncomingMessage: Request, ServerResponse: Response }, app);
}

/** As Node refuses headers that are too long, without waiting for the application. */
function refuse({ socket, res }: { readonly socket: Socket; readonly res?: ServerResponse }): void {
  if (socket.writableEnded) {
    return;
  }
  if (res?.headersSent !== true) {
    socket.write(answer);
  }
  socket.destroySoon();
}

const text = 'The body came in too many small pieces.\n';
const answer = [
  'HTTP/1.1 400 Bad Request',
  'Content-Type: text/plain; charset=utf-8',
  'Cache-Control: no-store',
  `Content-Length: ${text.length}`,
  'Connection: close',
  '',
  text,
].join('\r\n');
