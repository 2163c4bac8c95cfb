import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { programFolder } from '../paths.js';
import { navigation } from '../panel/standalone/navigation.js';
import { type AssetIndex, assetTypes, builtAssets } from './assets.js';

const own = join(programFolder, 'views', 'assets');
const modules = join(programFolder, 'node_modules');

/** Puts every asset of the pages into `dist/assets`, compressed as far as it goes. */
function buildAssets(): void {
  rmSync(builtAssets, { recursive: true, force: true });
  const digest = createHash('sha256');
  const files: string[] = [];

  for (const [name, content] of sources()) {
    digest.update(name).update(content);
    files.push(name);
    write(join(builtAssets, name), content);
  }
  const index: AssetIndex = { digest: digest.digest('hex').slice(0, 12), files };
  writeFileSync(join(builtAssets, 'index.json'), JSON.stringify(index, undefined, 2));
}

function sources(): Map<string, Buffer> {
  return new Map([
    ['tabler.css', vendored('@tabler/core/dist/css/tabler.min.css')],
    ['htmx.js', vendored('htmx.org/dist/htmx.min.js')],
    ['icons.svg', Buffer.from(sprite())],
    ...readdirSync(own, { recursive: true, encoding: 'utf8' })
      .filter((file) => assetTypes[extname(file)] !== undefined)
      .map((file): [string, Buffer] => [file, readFileSync(join(own, file))]),
  ]);
}

function vendored(file: string): Buffer {
  const text = readFileSync(join(modules, file), 'utf8');
  return Buffer.from(text.replace(/^(\/\/|\/\*)# sourceMappingURL=.*$/gm, ''));
}

function write(path: string, content: Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(content));
}

/** One `<symbol>` for each icon that a view, a table, the manifest or the panel's own menu names. */
function sprite(): string {
  const symbols = [...iconNames()].toSorted().map((name) => {
    const svg = readFileSync(join(modules, '@tabler/icons/icons/outline', `${name}.svg`), 'utf8');
    const drawing = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'));
    return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replaceAll(/\s+/g, ' ').trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`;
}

function iconNames(): Set<string> {
  const texts = ['views', 'plugin'].flatMap((folder) =>
    readdirSync(join(programFolder, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.ejs$|\/table\.ts$/.test(file))
      .map((file) => readFileSync(join(programFolder, folder, file), 'utf8')),
  );
  const manifest = readFileSync(join(programFolder, 'manifest.json'), 'utf8');
  return new Set([
    ...texts.flatMap((text) =>
      [...text.matchAll(/icon: '([a-z\d-]+)'/g)].map(([, name = '']) => name),
    ),
    ...navigation.map(({ icon }) => icon),
    ...[...manifest.matchAll(/"icon": "([a-z\d-]+)"/g)].map(([, name = '']) => name),
  ]);
}

buildAssets();
