import express, { type Request, type RequestHandler } from 'express';
import { BadRequestError } from '../errors.js';

/** 25 MB of attachments in base64, and the message around them. */
export const mostJsonBytes = 36 * 1024 * 1024;
/** Of values and names: ten times what a message with all that it may have takes. */
const mostParts = 5000;

/** Compressed bodies are refused: a few bytes of one could become gigabytes of objects. */
const read = express.raw({ type: 'application/json', limit: mostJsonBytes, inflate: false });

/** Reads a program's body. @throws {BadRequestError} when it is not JSON, or has more parts than any message. */
export const readJson: RequestHandler = (req, res, next) => {
  if (req.is('application/json') === false) {
    throw new BadRequestError('errors.not-json');
  }
  read(req, res, (error?: unknown) => {
    next(error ?? takeParsed(req));
  });
};

/** @returns why it cannot be taken. */
function takeParsed(req: Request): BadRequestError | undefined {
  try {
    req.body = parsed(req);
    return undefined;
  } catch {
    return new BadRequestError('errors.not-json');
  }
}

/** RFC 8259 §8.1: it is UTF-8. */
function parsed(req: Request): unknown {
  const body: unknown = req.body;
  if (!Buffer.isBuffer(body) || hasManyParts(body)) {
    throw new TypeError('This is no JSON, or more of it than any form takes.');
  }
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  if (typeof value !== 'object' || value === null) {
    throw new TypeError('This is JSON, but no object.');
  }
  return value;
}

const [quote, backslash] = [0x22, 0x5c];
const parts = new Set(Buffer.from('{[,'));

/** Counts what begins a value, outside of texts: objects take a hundred times the memory of their bytes. */
export function hasManyParts(json: Buffer): boolean {
  let count = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at] ?? 0;
    if (byte === quote) {
      at = endOfText(json, at + 1);
    } else if (parts.has(byte)) {
      count += 1;
      if (count > mostParts) {
        return true;
      }
    }
  }
  return false;
}

function endOfText(json: Buffer, start: number): number {
  let end = json.indexOf(quote, start);
  while (end !== -1 && isEscaped(json, end, start)) {
    end = json.indexOf(quote, end + 1);
  }
  return end === -1 ? json.length : end;
}

function isEscaped(json: Buffer, at: number, start: number): boolean {
  let before = at;
  while (before > start && json[before - 1] === backslash) {
    before -= 1;
  }
  return (at - before) % 2 === 1;
}
