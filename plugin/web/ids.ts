import type { Request } from 'express';
import { NotFoundError } from '../errors.js';

/** The number that a route is about. @throws {NotFoundError} for what is no number. */
export function idIn(req: Request): number {
  return idFrom(req.params['id']);
}

/** An id as it was sent: digits alone, so that a thing has one address. @throws {NotFoundError} for anything else. */
export function idFrom(sent: unknown): number {
  if (typeof sent !== 'string' || !/^\d{1,15}$/.test(sent)) {
    throw new NotFoundError();
  }
  return Number(sent);
}
