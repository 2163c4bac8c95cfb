import type { NextFunction, Request, RequestHandler, Response, Router } from 'express';
import { ForbiddenError, NotFoundError } from '../errors.js';

export type Handler = (req: Request, res: Response) => void | Promise<void>;

/** `public` is for what visitors who have not signed in may do. */
export type Access = string;

export interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly access: Access;
}

/** The one way to add a route: each declares who may use it. */
export class RouteTable {
  readonly #router: Router;
  readonly #signedIn: RequestHandler;
  readonly #routes: Route[] = [];

  /** @param signedIn sets `req.viewer`, or sends the visitor to sign in. */
  constructor(router: Router, signedIn: RequestHandler) {
    this.#router = router;
    this.#signedIn = signedIn;
  }

  get routes(): readonly Route[] {
    return this.#routes;
  }

  get(path: string, access: Access, handler: Handler): void {
    this.#add({ method: 'get', path, access }, handler);
  }

  post(path: string, access: Access, handler: Handler): void {
    this.#add({ method: 'post', path, access }, handler);
  }

  #add(route: Route, handler: Handler): void {
    this.#routes.push(route);
    const guards = route.access === 'public' ? [] : [this.#signedIn, permit(route)];
    this.#router[route.method](route.path, ...guards, handler);
  }
}

/** A page that the viewer may not open does not exist for them; a change that they may not make says so. */
function permit({ method, access }: Route): RequestHandler {
  return (req: Request, _res: Response, next: NextFunction) => {
    if (req.viewer.permissions.has(access)) {
      next();
      return;
    }
    throw method === 'get' ? new NotFoundError() : new ForbiddenError('errors.not-permitted');
  };
}
