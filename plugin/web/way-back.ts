import type { RequestHandler } from 'express';
import type { ListAbove, ListPaths } from './list-paths.js';

declare global {
  namespace Express {
    interface Request {
      /** The lists that the page was reached through. */
      wayBack: WayBack;
    }
  }
}

const parameter = 'back';
/** A longer one is dropped: the list is shown from its start. */
const longest = 2000;

/** A list as it was left. */
interface LeftList extends ListAbove {
  /** Its query, without the question mark; that of the list behind it is its `back`. */
  readonly query: string;
  readonly encoded: string;
}

/**
 * Leads back to lists as they were left: the query of the list above a page is the page's parameter `back`, which its
 * links and forms carry on. The list's path is known from the page's own, so that nothing else can be named, and the
 * list parses the query like any other.
 */
export class WayBack {
  /** The page's own `back`; undefined if it has none, or no list is above it. */
  readonly parameter: string | undefined;

  readonly #lists: ListPaths;
  /** The nearest first. */
  readonly #left: readonly LeftList[];

  constructor(lists: ListPaths, path: string, back: unknown) {
    this.#lists = lists;
    const given = typeof back === 'string' && back.length <= longest ? back : '';
    this.#left = given === '' ? none : leftIn(lists.above(path), given);
    this.parameter = this.#left.length === 0 ? undefined : given;
  }

  /** Below the list at this path with this query: where the list's links to its things lead back. */
  below(path: string, query: string): WayBack {
    return new WayBack(this.#lists, `${path}/`, this.carriedIn(query).replace(/^\?/, ''));
  }

  /** A query of the page itself with its way back. */
  carriedIn(query: string): string {
    return this.parameter === undefined
      ? query
      : withBack(query, encodeURIComponent(this.parameter));
  }

  /** A link below the mount point: to a list above as it was left, or to something below one, with the way back. */
  to(link: string): string {
    if (this.#left.length === 0) {
      return link;
    }
    const [, path = '', query = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(.*)$/.exec(link) ?? [];
    const list = this.#left.find((each) => path === each.path || path.startsWith(`${each.path}/`));
    if (list === undefined || /[?&]back=/.test(query)) {
      return link;
    }
    const onward = path === list.path ? toList(list, query) : this.#below(list, path, query);
    return path + onward + hash;
  }

  #below(list: LeftList, path: string, query: string): string {
    const between = list.hasListsBelow ? this.#lists.above(path).filter(isBelow(list)) : none;
    const back = between.reduce((inner) => encodeURIComponent(`back=${inner}`), list.encoded);
    return withBack(query, back);
  }
}

/** Sets the way back of each request. */
export function waysBack(lists: ListPaths): RequestHandler {
  return (req, _res, next) => {
    req.wayBack = new WayBack(lists, req.path, req.query[parameter]);
    next();
  };
}

const none: readonly never[] = [];

function leftIn(above: readonly ListAbove[], back: string): readonly LeftList[] {
  const left: LeftList[] = [];
  let query = back;
  for (const list of above) {
    left.push({ ...list, query, encoded: encodeURIComponent(query) });
    query = new URLSearchParams(query).get(parameter) ?? '';
  }
  return left.filter((list) => list.query !== '');
}

function isBelow(list: ListAbove): (other: ListAbove) => boolean {
  return ({ path }) => path.length > list.path.length;
}

/** The query of a list as it was left, or its own query with the way back to the list behind it. */
function toList(list: LeftList, query: string): string {
  const behind = new URLSearchParams(list.query).get(parameter) ?? '';
  return query === '' ? `?${list.query}` : withBack(query, encodeURIComponent(behind));
}

function withBack(query: string, encoded: string): string {
  if (encoded === '') {
    return query;
  }
  return `${query === '' ? '?' : query}${query.length > 1 ? '&' : ''}${parameter}=${encoded}`;
}
