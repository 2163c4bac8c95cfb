import type { Request, Response } from 'express';
import { BadRequestError } from '../errors.js';
import type { Intake } from './intake.js';
import {
  BodyTooLargeError,
  type Charge,
  type SentBody,
  assertPlain,
  charging,
  eachChunk,
} from './program-body.js';

/** What a route takes of a file that a program sends as its body. */
export interface FileRules {
  /** Its media type. */
  readonly type: string;
  readonly mostBytes: number;
  readonly charge: Charge;
}

type FileHandler = (req: Request, res: Response, content: Buffer) => Promise<void>;

/** A handler that receives a program's body as a file. */
export function takingFile(
  intake: Intake,
  rules: FileRules,
  handler: FileHandler,
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const body = { bytes: 0 };
    await charging({ req, body, charge: rules.charge }, async () => {
      await intake.take(req, req.viewer.accountId, async () => {
        await handler(req, res, await readFile(req, rules, body));
      });
    });
  };
}

/** @throws {BadRequestError} when it is of another type. @throws {BodyTooLargeError} */
async function readFile(
  req: Request,
  { type, mostBytes }: FileRules,
  body: SentBody,
): Promise<Buffer> {
  if (req.is(type) === false) {
    throw new BadRequestError('errors.not-of-type', { type });
  }
  assertPlain(req, mostBytes);
  const chunks: Buffer[] = [];
  await eachChunk(req, (chunk) => {
    body.bytes += chunk.length;
    if (body.bytes > mostBytes) {
      throw new BodyTooLargeError();
    }
    chunks.push(chunk);
    return undefined;
  });
  return Buffer.concat(chunks);
}
