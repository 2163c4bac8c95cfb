import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { Request, RequestHandler } from 'express';
import type { Intake } from './intake.js';

const mostBytes = 1024 * 1024;
const mostFileBytes = 256 * 1024;
/** Of all fields together: an invalid form shows them again, and escaping takes time. */
const mostTextBytes = 192 * 1024;
const limits = {
  fields: 100,
  fieldSize: mostTextBytes,
  files: 1,
  parts: 101,
};

const files = new WeakMap<Request, Map<string, Buffer>>();

/**
 * Parses forms with a file (RFC 7578) into `req.body`, for viewers with the permission, two at once for each account.
 * Only the beginning of a file over the limit is kept, so that the form can report it at its field.
 */
export function readMultipart(intake: Intake, most = mostFileBytes): RequestHandler {
  return async (req, _res, next) => {
    await readUnread(req, intake, req.viewer.accountId, most);
    next();
  };
}

/** The same for one request, unless it was read before or is no form with a file. */
export async function readUnread(
  req: Request,
  intake: Intake,
  accountId: number,
  most = mostFileBytes,
): Promise<void> {
  if (isMultipart(req) && !files.has(req)) {
    await intake.takeFile(req, accountId, () => read(req, most));
  }
}

export function isMultipart(req: Request): boolean {
  return typeof req.is('multipart/form-data') === 'string';
}

/** An uploaded file; undefined if none was chosen. */
export function uploadedFile(req: Request, name: string): Buffer | undefined {
  return files.get(req)?.get(name);
}

/** The uploaded files by field. */
export function uploadedFiles(req: Request): ReadonlyMap<string, Buffer> {
  return files.get(req) ?? new Map();
}

/** A file that was uploaded with an earlier request counts as uploaded, unless another one was. */
export function keepFile(req: Request, name: string, content: Buffer): void {
  const uploaded = files.get(req) ?? new Map<string, Buffer>();
  files.set(req, uploaded);
  if (!uploaded.has(name)) {
    uploaded.set(name, content);
  }
}

async function read(req: Request, fileBytes: number): Promise<void> {
  const longest = { fileBytes, bytes: fileBytes + (mostBytes - mostFileBytes) };
  if (Number(req.get('content-length')) > longest.bytes) {
    throw refusal(413);
  }
  const form = new FormParts();
  await parse(req, form, longest);
  req.body = form.body;
  files.set(req, form.files);
}

/** Of a file, and of the whole request. */
interface Longest {
  readonly fileBytes: number;
  readonly bytes: number;
}

/** Fields and files of a form while it is parsed. */
class FormParts {
  readonly body: Record<string, string | string[]> = Object.create(null);
  readonly files = new Map<string, Buffer>();
  #textBytes = 0;

  /** @returns false if the fields are too long together. */
  addField(name: string, value: string): boolean {
    const before = this.body[name];
    this.body[name] = before === undefined ? value : [before, value].flat();
    this.#textBytes += Buffer.byteLength(value);
    return this.#textBytes <= mostTextBytes;
  }

  addFile(name: string, stream: BusboyFileStream, fileName: string): void {
    gather(stream, (content) => {
      // Without a chosen file, browsers send an empty one without a name.
      if (content.length > 0 || fileName) {
        this.files.set(name, content);
      }
    });
  }
}

async function parse(req: Request, form: FormParts, { fileBytes, bytes }: Longest): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const parser = parserFor(req, fileBytes);
    const fail = (status: 400 | 413): void => {
      req.unpipe(parser);
      req.resume();
      reject(refusal(status));
    };
    parser.on('field', (name, value, _isNameCut, isCut) => {
      if (!form.addField(name, value) || isCut) {
        fail(413);
      }
    });
    parser.on('file', (name, stream, fileName) => form.addFile(name, stream, fileName));
    parser.on('fieldsLimit', () => fail(413));
    parser.on('partsLimit', () => fail(413));
    parser.on('error', () => fail(400));
    parser.on('finish', resolve);
    onceLonger(req, bytes, () => fail(413));
    req.on('aborted', () => fail(400));
    req.pipe(parser);
  });
}

/** Calls `tell` when the request is longer. */
function onceLonger(req: Request, most: number, tell: () => void): void {
  let bytes = 0;
  req.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > most) {
      tell();
    }
  });
}

function gather(stream: BusboyFileStream, keep: (content: Buffer) => void): void {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => keep(Buffer.concat(chunks)));
}

function parserFor(req: Request, fileSize: number): BusboyInstance {
  try {
    const contentType = req.get('content-type') ?? '';
    return new Busboy({
      headers: { ...req.headers, 'content-type': contentType },
      limits: { ...limits, fileSize },
    });
  } catch {
    throw refusal(400);
  }
}

/** In the form of Express's body parser errors. */
function refusal(status: 400 | 413): Error {
  return Object.assign(new Error('The form cannot be read.'), { status });
}
