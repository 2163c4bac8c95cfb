import assert from 'node:assert/strict';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import {
  type Logo,
  type LogoRefusal,
  mostLogoBytes,
  readLogo,
} from '../../../plugin/features/smtp-servers/logo.js';
import { locales, languageFor } from '../../../plugin/web/locale.js';

const red = { r: 227, g: 6, b: 19 };
const namespaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
const svgOf = (inside: string, attributes = 'width="100" height="50"'): Buffer =>
  Buffer.from(`<svg ${namespaces} ${attributes}>${inside}</svg>`);
const redBox = '<rect width="100" height="50" fill="#e30613"/>';

/** An image whose left half is red and whose right half is white. */
const halves = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#fff' } }).composite([
    {
      input: {
        create: { width: Math.ceil(width / 2), height, channels: 3, background: '#e30613' },
      },
      left: 0,
      top: 0,
    },
  ]);

const drawn = async (file: Buffer): Promise<Logo> => {
  const logo = await readLogo(file);
  assert.ok(typeof logo === 'object', JSON.stringify(logo));
  return logo;
};

/** The colour in the middle of a part of an image, from 0 to 1. */
const colourAt = async ({ content }: Logo, x: number, y: number): Promise<number[]> => {
  const { data, info } = await sharp(content).raw().toBuffer({ resolveWithObject: true });
  const pixel = Math.floor(y * info.height) * info.width + Math.floor(x * info.width);
  return [...data.subarray(pixel * info.channels, pixel * info.channels + 3)];
};

const assertRed = (colour: readonly number[]): void => {
  const expected = [red.r, red.g, red.b];
  const isRed = expected.every((value, channel) => Math.abs((colour[channel] ?? 0) - value) < 20);
  assert.ok(isRed, `${colour.join(', ')} is red`);
};

const nested = (count: number, one: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => one(index)).join('');

describe('a logo', () => {
  it('of an SVG is drawn with the colours of its styles, at twice its size', async () => {
    const logo = await drawn(
      svgOf(`<style>.a{fill:#e30613}</style>${redBox.replace(/fill="[^"]*"/, 'class="a"')}`),
    );
    assert.deepEqual([logo.type, logo.width, logo.height], ['image/png', 100, 50]);
    const { width, height } = await sharp(logo.content).metadata();
    assert.deepEqual([width, height], [200, 100]);
    assertRed(await colourAt(logo, 0.5, 0.5));
  });

  const sizes: [why: string, attributes: string, width: number, height: number][] = [
    ['only proportions', 'viewBox="0 0 3 2"', 225, 150],
    ['a size relative to its page', 'width="100%" height="100%" viewBox="0 0 100 50"', 300, 150],
    ['a large size', 'width="20000" height="10000" viewBox="0 0 100 50"', 300, 150],
    ['a small size', 'width="24" height="12" viewBox="0 0 100 50"', 24, 12],
    ['neither size nor proportions', '', 300, 150],
  ];
  for (const [why, attributes, width, height] of sizes) {
    it(`of an SVG with ${why} is ${width} by ${height}`, async () => {
      const logo = await drawn(svgOf(redBox, attributes));
      assert.deepEqual([logo.width, logo.height], [width, height]);
      assertRed(await colourAt(logo, 0.1, 0.1));
    });
  }

  const drawings: [why: string, inside: string][] = [
    [
      'a gradient by reference',
      '<defs><linearGradient id="g"><stop stop-color="#e30613"/></linearGradient></defs><g style="fill:url(#g)"><path d="M0 0h100v50H0z"/></g>',
    ],
    ['copies', `<symbol id="s">${redBox}</symbol><use xlink:href="#s"/>`],
    [
      'a fallback for what Illustrator alone knows',
      `<switch><foreignObject requiredExtensions="http://ns.adobe.com/AdobeIllustrator/10.0/"/><g>${redBox}</g></switch>`,
    ],
    [
      'references to elsewhere, which are not followed',
      `${redBox}<image xlink:href="http://127.0.0.1:9/x.png" width="9" height="9"/><image href="file:///etc/passwd" width="9" height="9"/><style>@import "http://127.0.0.1:9/x.css";</style>`,
    ],
    ['scripts, which do not run', `<script>while(true){}</script>${redBox}`],
  ];
  for (const [why, inside] of drawings) {
    it(`can be an SVG with ${why}`, async () => {
      assertRed(await colourAt(await drawn(svgOf(inside)), 0.5, 0.5));
    });
  }

  it('can be an SVG from Illustrator, with entities for its namespaces', async () => {
    const doctype = '<!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>';
    const file = `<?xml version="1.0"?>${doctype}<svg xmlns="&ns_svg;" width="100" height="50">${redBox}</svg>`;
    assertRed(await colourAt(await drawn(Buffer.from(file)), 0.5, 0.5));
  });

  it('can be an SVG with text, also on a machine without fonts', async () => {
    const file = svgOf('<text y="40" font-size="40" font-family="Arial">Hi</text>');
    const fully = await sharp((await drawn(file)).content).stats();
    assert.equal(fully.channels[3]?.max, 255);
  });

  const rasters: [why: string, file: () => Promise<Buffer>][] = [
    ['PNG', () => halves(400, 200).png().toBuffer()],
    ['PNG in passes', () => halves(400, 200).png({ progressive: true }).toBuffer()],
    ['PNG with 16 bits a channel', () => halves(400, 200).toColourspace('rgb16').png().toBuffer()],
    ['PNG with a palette', () => halves(400, 200).png({ palette: true }).toBuffer()],
    ['JPEG', () => halves(400, 200).jpeg().toBuffer()],
    ['JPEG in passes', () => halves(400, 200).jpeg({ progressive: true }).toBuffer()],
    ['JPEG in CMYK', () => halves(400, 200).toColourspace('cmyk').jpeg().toBuffer()],
    ['JPEG with a colour profile', () => halves(400, 200).withIccProfile('p3').jpeg().toBuffer()],
    ['GIF', () => halves(400, 200).gif().toBuffer()],
    ['WebP', () => halves(400, 200).webp().toBuffer()],
    ['an animated GIF', () => animated().then((frames) => frames.gif().toBuffer())],
    ['an animated WebP', () => animated().then((frames) => frames.webp().toBuffer())],
    [
      'JPEG that lies on its side',
      async () => await (await turned()).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
    ],
    [
      'JPEG with a page behind it',
      async () =>
        Buffer.concat([
          await halves(400, 200).jpeg().toBuffer(),
          Buffer.from('<script>alert(1)</script>'),
        ]),
    ],
  ];
  for (const [why, file] of rasters) {
    it(`can be ${why}, and keeps its colours and proportions`, async () => {
      const logo = await drawn(await file());
      assert.deepEqual([logo.width, logo.height], [300, 150]);
      const { width, height, pages = 1, space } = await sharp(logo.content).metadata();
      assert.deepEqual([width, height, pages, space], [400, 200, 1, 'srgb']);
      assertRed(await colourAt(logo, 0.25, 0.5));
      assert.ok((await colourAt(logo, 0.75, 0.5)).every((channel) => channel > 240));
    });
  }

  it('contains no metadata: no location, profile, text or second file', async () => {
    const photo = halves(400, 200).jpeg();
    const file = await photo
      .withIccProfile('p3')
      .withExif({ IFD0: { Copyright: 'Marie' }, IFD3: { GPSLatitude: '48/1 51/1 24/1' } })
      .toBuffer();
    const { content } = await drawn(Buffer.concat([file, Buffer.from('PK\u0003\u0004Marie')]));
    const { exif, icc, xmp, comments } = await sharp(content).metadata();
    assert.deepEqual([exif, icc, xmp, comments], [undefined, undefined, undefined, undefined]);
    assert.ok(!content.includes('Marie'));
  });

  it('is at most twice as large as it is shown, and a small file', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    const photo = sharp({
      create: { width: 700, height: 350, channels: 3, noise, background: '#000' },
    });
    const logo = await drawn(await photo.jpeg({ quality: 40 }).toBuffer());
    const { width, height } = await sharp(logo.content).metadata();
    assert.deepEqual([logo.type, width, height], ['image/jpeg', 600, 300]);
    assert.ok(logo.content.length < mostLogoBytes);
  });

  it('keeps its transparency', async () => {
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const image = halves(40, 20).extend({ left: 40, background: clear });
    const logo = await drawn(await image.png().toBuffer());
    assert.equal((await sharp(logo.content).stats()).isOpaque, false);
  });

  it('is limited to 200 kB', async () => {
    const file = await halves(40, 20).png().toBuffer();
    const full = Buffer.concat([file, Buffer.alloc(mostLogoBytes - file.length)]);
    assert.equal(typeof (await readLogo(full)), 'object');
    assert.equal(await readLogo(Buffer.concat([full, Buffer.alloc(1)])), 'logo-size');
  });

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

async function animated(): Promise<Sharp> {
  const other = { create: { width: 400, height: 200, channels: 3, background: '#00f' } } as const;
  const frames = [await halves(400, 200).png().toBuffer(), await sharp(other).png().toBuffer()];
  return sharp(frames, { join: { animated: true } });
}

/** As a camera writes it: stored turned left, to be shown turned right. */
async function turned(): Promise<Sharp> {
  return sharp(await halves(400, 200).png().toBuffer()).rotate(270);
}

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
