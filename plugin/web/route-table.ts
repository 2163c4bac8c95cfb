import type { NextFunction, Request, RequestHandler, Response, Router } from 'express';
import { ForbiddenError, NotFoundError } from '../errors.js';
import { refuseForgery, refuseForgeryUnread } from './csrf.js';
import { type FileRules, takingFile } from './file-body.js';
import type { Intake } from './intake.js';
import { type JsonRules, takingJson } from './json-body.js';
import type { ComeBacks } from './kept/come-back.js';
import type { ListPaths } from './list-paths.js';
import { readMultipart } from './multipart.js';
import { RouteRooms } from './route-rooms.js';

export type Handler = (req: Request, res: Response) => void | Promise<void>;

/** A permission; `public` for anonymous visitors, `signed-in` for every account. */
export type Access = string;

type Method = 'get' | 'post';

export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly access: Access;
  /** How the caller is authenticated: people by session, programs by token. */
  readonly by: 'session' | 'token';
  /** Whether it accepts a form with a file. */
  readonly takesFile?: boolean;
  /** The longest file, if longer than most. */
  readonly mostFileBytes?: number;
  /** Whether it answers with a file to download, which leaves the page open. */
  readonly isFile?: boolean;
}

interface ApiRules extends JsonRules {
  /** Runs before the body is read and may refuse the request. */
  readonly first: Handler;
}

/** Routers for people and for programs, and their authentication, which sets `req.viewer`. */
export interface RouteParts {
  readonly pages: Router;
  /** Redirects a visitor to sign in. */
  readonly signedIn: RequestHandler;
  readonly api: Router;
  readonly withToken: RequestHandler;
  readonly intake: Intake;
  /** The module that the threads of routes import to know what the panel registers, such as its lists. */
  readonly panelModule: string | undefined;
  /** The paths of the lists, which pages below them lead back to. */
  readonly lists: ListPaths;
  readonly comeBacks: ComeBacks;
}

/** The only way to add a route: each declares its access. */
export class RouteTable {
  readonly #parts: RouteParts;
  readonly #rooms: Readonly<Record<Route['by'], RouteRooms>>;
  readonly #routes: Route[] = [];
  readonly #paths = new Set<string>();
  readonly #pages = new Set<string>();
  readonly #last: (() => void)[] = [];

  constructor(parts: RouteParts) {
    this.#parts = parts;
    this.#rooms = { session: new RouteRooms(parts.pages), token: new RouteRooms(parts.api) };
  }

  get panelModule(): string | undefined {
    return this.#parts.panelModule;
  }

  get routes(): readonly Route[] {
    return this.#routes;
  }

  /** Whether people have a page or form at this path. */
  has(path: string): boolean {
    return this.#paths.has(path);
  }

  get(path: string, access: Access, handler: Handler): void {
    this.#add({ method: 'get', path, access, by: 'session' }, handler);
  }

  /** A file to download from a page. */
  getFile(path: string, access: Access, handler: Handler): void {
    this.#add({ method: 'get', path, access, by: 'session', isFile: true }, handler);
  }

  /** A list's page. */
  getList(path: string, access: Access, handler: Handler): void {
    this.#parts.lists.add(path);
    this.get(path, access, handler);
  }

  /** A page whose path also matches other routes, so it is tried last. */
  getLast(path: string, access: Access, handler: Handler): void {
    this.#last.push(() => this.get(path, access, handler));
  }

  /** Adds the routes to try last. */
  addLast(): void {
    this.#last.splice(0).forEach((add) => add());
  }

  post(path: string, access: Access, handler: Handler): void {
    this.#add({ method: 'post', path, access, by: 'session' }, handler);
  }

  /** The same for a form with a file, which no other route accepts. */
  postFile(
    path: string,
    access: Access,
    handler: Handler,
    rules: Pick<Route, 'mostFileBytes'> = {},
  ): void {
    this.#add({ method: 'post', path, access, by: 'session', takesFile: true, ...rules }, handler);
  }

  /**
   * A route for programs: JSON in, JSON or a problem out (RFC 9457), without a session or CSRF token.
   *
   * @param rules for its body, if it has one.
   */
  api({ method, path, access }: Omit<Route, 'by'>, handler: Handler, rules?: ApiRules): void {
    const { intake } = this.#parts;
    const work = rules === undefined ? handler : takingJson(intake, rules, handler);
    this.#add({ method, path, access, by: 'token' }, async (req, res) => {
      await rules?.first(req, res);
      await work(req, res);
    });
  }

  /** The same with a file as the body. */
  apiFile(
    { method, path, access }: Omit<Route, 'by'>,
    handler: Parameters<typeof takingFile>[2],
    { first, ...rules }: FileRules & Pick<ApiRules, 'first'>,
  ): void {
    const work = takingFile(this.#parts.intake, rules, handler);
    this.#add({ method, path, access, by: 'token' }, async (req, res) => {
      await first(req, res);
      await work(req, res);
    });
  }

  #add(route: Route, handler: Handler): void {
    this.#routes.push(route);
    this.#paths.add(route.path);
    if (route.method === 'get' && route.isFile !== true) {
      this.#pages.add(route.path);
    }
    const { signedIn, withToken, comeBacks } = this.#parts;
    const known = route.by === 'token' ? withToken : signedIn;
    const [unread, read] = this.#againstForgery(route);
    const guarded = guards(route, [comeBacks.offer(this.#hasPage(route)), known]);
    const room = this.#rooms[route.by].of(route.path);
    room[route.method](route.path, ...unread, ...guarded, ...read, handler);
  }

  /** Forgery checks before and after authentication. */
  #againstForgery(route: Route): readonly [RequestHandler[], RequestHandler[]] {
    const { method, by, access, takesFile, mostFileBytes } = route;
    const { intake, comeBacks } = this.#parts;
    if (method === 'get' || by === 'token') {
      return [[], []];
    }
    const stale = access === 'public' ? [] : [comeBacks.showStale(this.#hasPage(route))];
    return takesFile === true
      ? [
          [...stale, refuseForgeryUnread],
          [readMultipart(intake, mostFileBytes), refuseForgery],
        ]
      : [[...stale, refuseForgery], []];
  }

  #hasPage({ path }: Route): () => boolean {
    return () => this.#pages.has(path);
  }
}

function guards(route: Route, known: readonly RequestHandler[]): readonly RequestHandler[] {
  switch (route.access) {
    case 'public':
      return [];
    case 'signed-in':
      return known;
    default:
      return [...known, permit(route)];
  }
}

/** A page that the viewer may not open answers 404; a change that they may not make answers 403. */
function permit({ method, access, by }: Route): RequestHandler {
  return (req: Request, _res: Response, next: NextFunction) => {
    if (req.viewer.permissions.has(access)) {
      next();
      return;
    }
    if (by === 'token') {
      throw new ForbiddenError('errors.not-in-scope', { scope: access });
    }
    throw method === 'get' ? new NotFoundError() : new ForbiddenError('errors.not-permitted');
  };
}
