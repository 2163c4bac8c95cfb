import type { Knex } from 'knex';
import type { Request, Response } from 'express';
import { type NextStep, leaveNoticeAndNext } from '../web/notices.js';
import { removalPath, removalsIn } from './removal.js';

/** The removal of a thing that had this ID. */
export async function removalOf(
  db: Knex,
  kind: string,
  thingId: number,
): Promise<number | undefined> {
  return (await removalsIn(db).where({ kind, thing_id: thingId }).first('id'))?.id;
}

/** Leaves a notice that something was removed, with the way to undo it. */
export function leaveRemovedNotice(
  req: Request,
  res: Response,
  key: string,
  { subject, removal }: { readonly subject: string; readonly removal: number | undefined },
): void {
  const next: NextStep | undefined =
    removal === undefined ? undefined : { key: 'removed.next.undo', path: removalPath(removal) };
  leaveNoticeAndNext(req, res, { key, args: { subject }, next });
}
