import assert from 'node:assert/strict';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { type LogoRefusal, readLogo } from '../../../plugin/features/smtp-servers/logo.js';
import { locales, languageFor } from '../../../plugin/web/locale.js';
import { halves, namespaces, redBox, svgOf } from './logo-files.js';

const nested = (count: number, one: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => one(index)).join('');

describe('a logo', () => {
  const refused: [why: string, file: () => Buffer | Promise<Buffer>, reason: LogoRefusal][] = [
    ['nothing', () => Buffer.alloc(0), 'logo-type'],
    ['a PDF', () => Buffer.from('%PDF-1.7'), 'logo-type'],
    [
      'a web page',
      () => Buffer.from(`<!doctype html><svg ${namespaces}>${redBox}</svg>`),
      'logo-type',
    ],
    ['the beginning of a PNG', () => Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'logo-damaged'],
    ['half a PNG', () => half(halves(400, 200).png()), 'logo-damaged'],
    ['half a JPEG', () => half(halves(400, 200).jpeg()), 'logo-damaged'],
    ['half a GIF', () => half(halves(400, 200).gif()), 'logo-damaged'],
    ['half a WebP', () => half(halves(400, 200).webp()), 'logo-damaged'],
    [
      'a web page behind the beginning of a JPEG',
      () => Buffer.from('\xff\xd8\xff\xe0<html><script>alert(1)</script>', 'latin1'),
      'logo-damaged',
    ],
    ['400 million pixels in a small file', () => largePng(20_000), 'logo-pixels'],
    [
      'a blank image',
      async () =>
        await sharp({
          create: { width: 9, height: 9, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
        })
          .png()
          .toBuffer(),
      'logo-empty',
    ],
    ['an empty drawing', () => svgOf(''), 'logo-empty'],
    [
      'only an embedded page',
      () =>
        svgOf(
          '<foreignObject width="9" height="9"><p xmlns="http://www.w3.org/1999/xhtml">Hi</p></foreignObject>',
        ),
      'logo-empty',
    ],
    ['an SVG that breaks off', () => svgOf(redBox).subarray(0, -10), 'logo-svg'],
    ['an absurd size', () => svgOf(redBox, 'width="1000000" height="1000000"'), 'logo-svg'],
    ['absurd proportions', () => svgOf(redBox, 'viewBox="0 0 1000000000 1000000000"'), 'logo-svg'],
    [
      'a reference to a local file',
      () =>
        Buffer.from(
          `<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg ${namespaces} width="9" height="9"><text>&a;</text></svg>`,
        ),
      'logo-svg',
    ],
    [
      'entities of entities',
      () =>
        Buffer.from(
          `<!DOCTYPE svg [<!ENTITY a0 "x">${nested(12, (i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`)}]><svg ${namespaces} width="9" height="9"><text>&a12;</text></svg>`,
        ),
      'logo-svg',
    ],
    [
      'masks of masks',
      () =>
        svgOf(
          `${nested(20, (i) => `<mask id="m${i}">${`<rect width="99" height="50" fill="#fff" mask="url(#m${i + 1})"/>`.repeat(2)}</mask>`)}<rect width="99" height="50" mask="url(#m0)"/>`,
        ),
      'logo-costly',
    ],
    [
      'copies of copies',
      () =>
        svgOf(
          `<g id="u0">${redBox}</g>${nested(20, (i) => `<g id="u${i + 1}">${`<use xlink:href="#u${i}"/>`.repeat(10)}</g>`)}`,
        ),
      'logo-costly',
    ],
    [
      'endless filters',
      () =>
        svgOf(
          `<filter id="f" width="9" height="9">${'<feTurbulence numOctaves="9" baseFrequency="0.05"/><feMorphology radius="99"/>'.repeat(400)}</filter><rect width="99" height="50" filter="url(#f)"/>`,
          'width="300" height="150"',
        ),
      'logo-costly',
    ],
  ];
  for (const [why, file, reason] of refused) {
    it(`is rejected for ${why}`, async () => {
      assert.equal(await readLogo(await file()), reason);
      for (const locale of locales) {
        assert.ok(languageFor(locale).has(`smtp-servers.errors.${reason}`), locale);
      }
    });
  }
});

async function half(image: Sharp): Promise<Buffer> {
  const file = await image.toBuffer();
  return file.subarray(0, file.length / 2);
}

/** A square PNG in black (RFC 2083). */
function largePng(side: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0], 8);
  const rows = deflateSync(Buffer.alloc((side / 8 + 1) * side));
  const start = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([start, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND')]);
}

function chunk(type: string, content = Buffer.alloc(0)): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const body = Buffer.concat([Buffer.from(type), content]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
