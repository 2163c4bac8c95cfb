import assert from 'node:assert/strict';
import sharp, { type Sharp } from 'sharp';
import { type Logo, mostLogoBytes, readLogo } from '../../../plugin/features/smtp-servers/logo.js';
import { halves, redBox, svgOf } from './logo-files.js';

const red = { r: 227, g: 6, b: 19 };

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
