import type { Request } from 'express';
import { NotFoundError } from '../errors.js';

/** The ID in the route. @throws {NotFoundError} if it is not a number. */
export function idIn(req: Request): number {
  return idFrom(req.params['id']);
}

/** Parses an ID: digits only, so that each thing has one URL. @throws {NotFoundError} for anything else. */
export function idFrom(sent: unknown): number {
  if (typeof sent !== 'string' || !/^\d{1,15}$/.test(sent)) {
    throw new NotFoundError();
  }
  return Number(sent);
}
