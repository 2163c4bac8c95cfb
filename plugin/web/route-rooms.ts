import { type Request, type RequestHandler, Router } from 'express';

/**
 * Routes by the first part of their paths and the number of parts: Express compares a path with one route after the
 * other, and a hundred of them cost more than most queries. Within a room they are tried in the order in which they
 * were added; routes without a room, such as `/:page`, after them.
 */
export class RouteRooms {
  readonly #outer: Router;
  readonly #rooms = new Map<string, Router>();

  constructor(outer: Router) {
    this.#outer = outer;
    outer.use(this.#enter);
  }

  /** The router for a pattern such as `/domains/:domain`. */
  of(pattern: string): Router {
    const parts = partsOf(pattern);
    if (!parts.every(isPlain) || parts[0]?.startsWith(':') === true) {
      return this.#outer;
    }
    const key = keyOf(parts);
    const room = this.#rooms.get(key) ?? Router();
    this.#rooms.set(key, room);
    return room;
  }

  readonly #enter: RequestHandler = (req: Request, res, next) => {
    const room = this.#rooms.get(keyOf(partsOf(req.path)));
    if (room === undefined) {
      next();
      return;
    }
    room(req, res, next);
  };
}

function partsOf(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}

/** Whether it is one part of every path: a literal or a parameter. */
function isPlain(part: string): boolean {
  return /^:?[\w.-]+$/.test(part);
}

/** Express ignores the case of literals. */
function keyOf(parts: readonly string[]): string {
  return `${parts.length} ${parts[0] ?? ''}`.toLowerCase();
}
