import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { BadRequestError } from '../errors.js';
import type { Intake } from './intake.js';
import { JsonScanner, type Place } from './json-scanner.js';
import {
  BodyTooLargeError,
  type Charge,
  type SentBody,
  assertPlain,
  charging,
  eachChunk,
} from './program-body.js';
import type { Spool } from './spool.js';

/** 25 MB of attachments in Base64, and the message around them. */
export const mostJsonBytes = 36 * 1024 * 1024;

/** A text that was spooled. */
export interface LongText {
  /** Its raw length. */
  readonly bytes: number;
  /** Its raw content: between the quotation marks, with escapes. @throws if it is longer than its field accepts. */
  read(): AsyncIterable<Buffer>;
}

const longTexts = new WeakMap<Request, (name: string) => LongText | undefined>();

/** The fields that accept long texts, by name, with the raw bytes that each accepts at most. */
export type LongFields = ReadonlyMap<string, number>;

/** What a route takes of a program's body. */
export interface JsonRules {
  readonly longFields: LongFields;
  readonly charge: Charge;
}

/** A handler that receives a program's body with a placeholder for each long text. */
export function takingJson(
  intake: Intake,
  { longFields, charge }: JsonRules,
  handler: (req: Request, res: Response) => void | Promise<void>,
): (req: Request, res: Response) => Promise<void> {
  return async (req, res) => {
    const body = { bytes: 0 };
    await charging({ req, body, charge }, async () => {
      await intake.take(req, req.viewer.accountId, async (spool) => {
        await readJson(req, spool, { longFields, body });
        await handler(req, res);
      });
    });
  };
}

/** The long text that a placeholder stands for; undefined for an ordinary text. */
export function longTextOf(req: Request, name: string): LongText | undefined {
  return longTexts.get(req)?.(name);
}

/**
 * Reads a program's body and spools its long texts.
 *
 * @throws {BadRequestError} when it is not JSON, or has more parts than any message.
 * @throws {BodyTooLargeError}
 */
async function readJson(
  req: Request,
  spool: Spool,
  { longFields, body }: Pick<JsonRules, 'longFields'> & { readonly body: SentBody },
): Promise<void> {
  assertJson(req);
  const nameOf = naming();
  const scanner = new JsonScanner(spool, nameOf, (field = '') => longFields.get(field) ?? 0);
  await eachChunk(req, (chunk) => {
    body.bytes += chunk.length;
    if (body.bytes > mostJsonBytes) {
      throw new BodyTooLargeError();
    }
    scanner.push(chunk);
    if (scanner.isTooMuch) {
      throw new BadRequestError('errors.not-json');
    }
    return spool.settle();
  });
  await spool.seal();
  const named = new Map(
    scanner.longTexts.map((text, index) => [nameOf(index), longTextIn(spool, text)]),
  );
  longTexts.set(req, (name) => named.get(name));
  req.body = valueIn(scanner.json);
}

function longTextIn(spool: Spool, { start, bytes, isStored }: Place): LongText {
  return {
    bytes,
    read() {
      if (!isStored) {
        throw new Error('The text is longer than its field accepts, so it was not stored');
      }
      return spool.read(start, bytes);
    },
  };
}

function assertJson(req: Request): void {
  if (req.is('application/json') === false) {
    throw new BadRequestError('errors.not-json');
  }
  assertPlain(req, mostJsonBytes);
}

/** Unguessable placeholders: no field but those for long texts accepts one. */
function naming(): (index: number) => string {
  const secret = randomBytes(16).toString('hex').padEnd(1016, 'A');
  return (index) => secret + String(index).padStart(8, '0');
}

/** @throws {BadRequestError} */
function valueIn(json: Buffer): unknown {
  const value = parsed(json);
  if (typeof value !== 'object' || value === null) {
    throw new BadRequestError('errors.not-json');
  }
  return value;
}

/** The unescaped text. @throws {BadRequestError} when it is not a JSON string (RFC 8259 §7). */
export async function unescaped(sent: LongText): Promise<string> {
  const pieces: Buffer[] = [quotationMark];
  for await (const piece of sent.read()) {
    pieces.push(piece);
  }
  return String(parsed(Buffer.concat([...pieces, quotationMark])));
}

const quotationMark = Buffer.from('"');

/** RFC 8259 §8.1: JSON is UTF-8. */
function parsed(json: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw new BadRequestError('errors.not-json');
  }
}
