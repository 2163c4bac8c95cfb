import { finished } from 'node:stream/promises';
import type { Request } from 'express';
import { AppError, BadRequestError } from '../errors.js';

/** Counts further requests for a refused body, whose cost grows with its length. */
export type Charge = (req: Request, requests: number) => Promise<void>;

/** How much of a body has arrived. */
export interface SentBody {
  bytes: number;
}

/** Reading and storing as much takes about as long as the most expensive small request. */
const bytesPerRequest = 4 * 1024 * 1024;

/** Charges for a body that is refused. */
export async function charging(
  {
    req,
    body,
    charge,
  }: { readonly req: Request; readonly body: SentBody; readonly charge: Charge },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof AppError && error.status < 500 && body.bytes > bytesPerRequest) {
      await charge(req, Math.ceil(body.bytes / bytesPerRequest) - 1);
    }
    throw error;
  }
}

/** There is more of it than is taken. */
export class BodyTooLargeError extends AppError {
  override readonly name = 'BodyTooLargeError';
  readonly status = 413;

  constructor() {
    super('errors.too-large');
  }
}

/** Refuses compressed bodies: a few bytes could expand to gigabytes of objects. */
export function assertPlain(req: Request, mostBytes: number): void {
  if ((req.get('content-encoding') ?? 'identity').toLowerCase() !== 'identity') {
    throw new BadRequestError('errors.bad-request');
  }
  if (Number(req.get('content-length')) > mostBytes) {
    throw new BodyTooLargeError();
  }
}

/**
 * Consumes the body by events: awaiting each chunk takes ten times as long. Drains the rest of a refused body, or
 * clients that do not read while they write would miss the answer.
 *
 * @param take may return a promise to pause the body, and refuses by throwing.
 */
export async function eachChunk(
  req: Request,
  take: (chunk: Buffer) => Promise<void> | undefined,
): Promise<void> {
  let waitedFor: Promise<void> | undefined;
  const refused = new Promise<never>((_resolve, reject) => {
    const refuse = (error: unknown): void => {
      req.off('data', hand);
      req.resume();
      reject(error);
    };
    const hand = (chunk: Buffer): void => {
      try {
        waitedFor = take(chunk);
      } catch (error) {
        refuse(error);
        return;
      }
      if (waitedFor !== undefined) {
        req.pause();
        waitedFor.then(() => req.resume(), refuse);
      }
    };
    req.on('data', hand);
  });
  await Promise.race([refused, endOf(req)]);
  await waitedFor;
}

/** @throws {BadRequestError} when the body ends early. */
async function endOf(req: Request): Promise<void> {
  try {
    await finished(req, { writable: false });
  } catch (error) {
    throw new BadRequestError('errors.bad-request', {}, error);
  }
}
