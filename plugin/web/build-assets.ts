import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { loadManifest } from '../manifest.js';
import { programFolder } from '../runtime/paths.js';
import { type BuiltAssets, assetTypes, builtAssets } from './assets.js';
import { icons } from './icons.js';

const own = join(programFolder, 'views', 'assets');

/**
 * Bundles all assets of the pages into one file, compressed as far as possible, and replaces the last one atomically: a
 * starting panel or another build sees one or the other, never half of it.
 */
function buildAssets(): void {
  const digest = createHash('sha256');
  const files: Record<string, BuiltAssets['files'][string]> = {};
  for (const [name, content] of sources()) {
    digest.update(name).update(content);
    files[name] = {
      br: brotliCompressSync(content).toString('base64'),
      gzip: gzipSync(content, { level: 9 }).toString('base64'),
      identity: content.toString('base64'),
    };
  }
  const built: BuiltAssets = { digest: digest.digest('hex').slice(0, 12), files };
  replace(builtAssets, JSON.stringify(built));
}

function replace(file: string, content: string): void {
  const next = `${file}.${randomUUID()}`;
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(next, content);
    renameSync(next, file);
  } finally {
    rmSync(next, { force: true });
  }
}

function sources(): Map<string, Buffer> {
  return new Map([
    ['tabler.css', vendored(import.meta.resolve('@tabler/core/dist/css/tabler.min.css'))],
    ['htmx.js', vendored(import.meta.resolve('htmx.org/dist/htmx.min.js'))],
    ['icons.svg', Buffer.from(sprite())],
    ...readdirSync(own, { recursive: true, encoding: 'utf8' })
      .filter((file) => assetTypes[extname(file)] !== undefined)
      .map((file): [string, Buffer] => [file, readFileSync(join(own, file))]),
  ]);
}

function vendored(url: string): Buffer {
  const text = readFileSync(fileURLToPath(url), 'utf8');
  return Buffer.from(text.replace(/^(\/\/|\/\*)# sourceMappingURL=.*$/gm, ''));
}

/** One `<symbol>` for each icon. The pages' styles decide how its lines look. */
function sprite(): string {
  const tabler: { icons: Partial<Record<string, { body: string }>> } = JSON.parse(
    readFileSync(fileURLToPath(import.meta.resolve('@iconify-json/tabler/icons.json')), 'utf8'),
  );
  const menu = loadManifest().navigation.map(({ icon }) => icon);
  const symbols = [...new Set<string>([...icons, ...menu])].map((name) => {
    const body = tabler.icons[name]?.body;
    if (body === undefined) {
      throw new Error(`Tabler has no icon ${name}: see icons.ts and manifest.json.`);
    }
    const drawing = body.replaceAll(/ (?:fill="none"|stroke(?:-\w+)?="[^"]*")/g, '');
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`;
}

buildAssets();
