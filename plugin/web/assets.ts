import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { RequestHandler } from 'express';
import { StartError } from '../errors.js';
import { programFolder } from '../paths.js';

/** What the build left: the names of the files in `dist/assets`, and one digest of all that is in them. */
export interface AssetIndex {
  readonly digest: string;
  readonly files: readonly string[];
}

export const builtAssets = join(programFolder, 'dist', 'assets');

export const assetTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface Assets {
  /** The path of an asset below where the extension is mounted; it changes when any asset does. */
  path(name: string): string;
  /** Answers `/assets/<digest>/<name>`, compressed ahead, for browsers to keep for ever. */
  readonly serve: RequestHandler;
}

/** One asset in every form that a browser may ask for. */
type Forms = Readonly<Record<'br' | 'gzip' | 'identity', Buffer>>;

/**
 * Keeps all assets in memory, some 2 MB: a build that replaces the files does not break the pages of a process that
 * was started before.
 *
 * @throws {StartError} when the assets were not built.
 */
export function loadAssets(folder = builtAssets): Assets {
  const index = readIndex(folder);
  const files = new Map(index.files.map((name) => [name, formsOf(join(folder, name))]));
  const prefix = `/assets/${index.digest}/`;

  return {
    path(name) {
      if (!files.has(name)) {
        throw new Error(`There is no asset ${name}.`);
      }
      return prefix + name;
    },
    serve(req, res, next) {
      const name = req.path.startsWith(prefix) ? req.path.slice(prefix.length) : '';
      const forms = files.get(name);
      if (forms === undefined || !['GET', 'HEAD'].includes(req.method)) {
        next();
        return;
      }
      const encoding = encodings.find((each) => req.acceptsEncodings(each) !== false) ?? 'identity';
      if (encoding !== 'identity') {
        res.setHeader('Content-Encoding', encoding);
      }
      res.setHeader('Vary', 'Accept-Encoding');
      res.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
      res.setHeader('Content-Type', assetTypes[extname(name)] ?? 'application/octet-stream');
      res.setHeader('Content-Length', forms[encoding].length);
      res.end(req.method === 'HEAD' ? undefined : forms[encoding]);
    },
  };
}

const encodings = ['br', 'gzip'] as const;

function formsOf(file: string): Forms {
  return {
    br: readFileSync(`${file}.br`),
    gzip: readFileSync(`${file}.gz`),
    identity: readFileSync(file),
  };
}

function readIndex(folder: string): AssetIndex {
  const file = join(folder, 'index.json');
  if (!existsSync(file)) {
    throw new StartError('The page assets were not built: run `npm ci` or `npm run prepare`.');
  }
  const index: AssetIndex = JSON.parse(readFileSync(file, 'utf8'));
  return index;
}
