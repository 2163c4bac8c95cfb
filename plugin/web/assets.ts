import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Request, RequestHandler, Response } from 'express';
import { StartError } from '../errors.js';
import { programFolder } from '../runtime/paths.js';

/** The build's output: each asset by name, in base64, and one digest of all their contents. */
export interface BuiltAssets {
  readonly digest: string;
  readonly files: Readonly<Record<string, Readonly<Record<keyof Forms, string>>>>;
}

/** One file, so that it is either complete or missing. */
export const builtAssets = join(programFolder, 'dist', 'assets.json');

export const assetTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface Assets {
  /**
   * The path of an asset below the mount point; it changes when any asset does.
   *
   * @param name an icon is `icons.svg#<name>`.
   * @throws when there is none.
   */
  path(name: string): string;
  /** Serves `/assets/<digest>/<name>`, precompressed, for browsers to cache for ever. */
  readonly serve: RequestHandler;
}

/** An asset in every encoding that a browser may ask for. */
type Forms = Readonly<Record<'br' | 'gzip' | 'identity', Buffer>>;

/**
 * Keeps all assets in memory, some 2 MB, so that a later build does not break the pages of a running process.
 *
 * @throws {StartError} when the assets were not built.
 */
export function loadAssets(file = builtAssets): Assets {
  const built = readBuilt(file);
  const files = new Map(
    Object.entries(built.files).map(([name, { br, gzip, identity }]): [string, Forms] => [
      name,
      { br: bytesOf(br), gzip: bytesOf(gzip), identity: bytesOf(identity) },
    ]),
  );
  const prefix = `/assets/${built.digest}/`;
  const paths = new Map<string, string>();
  const pathOf = (name: string): string => {
    const [asset = '', icon] = name.split('#');
    if (!files.has(asset)) {
      throw new Error(`There is no asset ${name}.`);
    }
    if (icon !== undefined && !files.get(asset)?.identity.includes(`<symbol id="${icon}"`)) {
      throw new Error(`There is no icon ${icon}: see icons.ts.`);
    }
    const path = prefix + name;
    paths.set(name, path);
    return path;
  };

  return {
    path: (name) => paths.get(name) ?? pathOf(name),
    serve(req, res, next) {
      const name = req.path.startsWith(prefix) ? req.path.slice(prefix.length) : '';
      const forms = files.get(name);
      if (forms === undefined || !['GET', 'HEAD'].includes(req.method)) {
        next();
        return;
      }
      res.setHeader('Content-Type', assetTypes[extname(name)] ?? 'application/octet-stream');
      send(req, res, forms);
    },
  };
}

const encodings = ['br', 'gzip'] as const;

function send(req: Request, res: Response, forms: Forms): void {
  const encoding = encodings.find((each) => req.acceptsEncodings(each) !== false) ?? 'identity';
  if (encoding !== 'identity') {
    res.setHeader('Content-Encoding', encoding);
  }
  res.setHeader('Vary', 'Accept-Encoding');
  res.setHeader('Cache-Control', 'public, max-age=31536000, immutable');
  res.setHeader('Content-Length', forms[encoding].length);
  res.end(req.method === 'HEAD' ? undefined : forms[encoding]);
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

function readBuilt(file: string): BuiltAssets {
  if (!existsSync(file)) {
    throw new StartError('The page assets were not built: run `npm ci` or `npm run prepare`.');
  }
  const built: BuiltAssets = JSON.parse(readFileSync(file, 'utf8'));
  return built;
}
