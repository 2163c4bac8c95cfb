import sanitizeHtml from 'sanitize-html';

export const mostLogoBytes = 200 * 1024;

export const logoTypes = ['image/png', 'image/jpeg', 'image/svg+xml'] as const;

/** The picture in a signature. */
export interface Logo {
  readonly type: (typeof logoTypes)[number];
  readonly content: Buffer;
}

/** Why a file is no logo: keys below `smtp-servers.errors`. */
export type LogoRefusal = 'logo-size' | 'logo-type' | 'logo-svg';

/** Reads an uploaded file by what is in it, whatever it is called. An SVG comes out without all that could run or load. */
export function readLogo(content: Buffer): Logo | LogoRefusal {
  if (content.length > mostLogoBytes) {
    return 'logo-size';
  }
  if (content.subarray(0, pngStart.length).equals(pngStart)) {
    return { type: 'image/png', content };
  }
  if (content.subarray(0, jpegStart.length).equals(jpegStart)) {
    return { type: 'image/jpeg', content };
  }
  const text = content.toString('utf8');
  return /^\uFEFF?\s*(<\?xml|<!--|<!DOCTYPE svg|<svg[\s>])/i.test(text)
    ? readSvg(text)
    : 'logo-type';
}

// PNG 3 §5.2; ITU-T T.81 §B.1.1.3
const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const jpegStart = Buffer.from([0xff, 0xd8, 0xff]);

function readSvg(text: string): Logo | LogoRefusal {
  // Entities could hide anything, and copies of copies could draw a shape a billion times.
  if (/<!ENTITY|<use[\s/>]/i.test(text) || text.split('<').length > mostSvgTags) {
    return 'logo-svg';
  }
  const clean = sanitizeHtml(text, svg).trim();
  if (isDrawnAgainAndAgain(clean)) {
    return 'logo-svg';
  }
  const isDrawing = /^<svg\s[^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/.test(clean);
  return isDrawing &&
    clean.endsWith('</svg>') &&
    /<(path|rect|circle|ellipse|line|poly|text)/.test(clean)
    ? { type: 'image/svg+xml', content: Buffer.from(clean) }
    : 'logo-svg';
}

/** Each takes a while to be looked at. */
const mostSvgTags = 5000;

const shapes = ['path', 'rect', 'circle', 'ellipse', 'line', 'polyline', 'polygon'];
const texts = ['text', 'tspan'];
const groups = ['svg', 'g', 'defs', 'title', 'desc'];
const paints = ['linearGradient', 'radialGradient', 'stop', 'clipPath', 'mask'];

const looks = (
  'fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit ' +
  'stroke-dasharray stroke-dashoffset opacity clip-path clip-rule mask stop-color stop-opacity color display ' +
  'visibility font-family font-size font-weight font-style text-anchor letter-spacing'
).split(' ');
const places = (
  'id d x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy points width height viewBox preserveAspectRatio transform ' +
  'offset gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits version xmlns ' +
  'xmlns:xlink'
).split(' ');

/** Whether what clips or masks is itself clipped or masked, and so drawn once more for each. */
function isDrawnAgainAndAgain(clean: string): boolean {
  return clean
    .split(/<(?=(?:mask|clipPath)[\s>])/)
    .slice(1)
    .some((piece) =>
      /(?:mask|clip-path)\s*[=:]/.test(piece.split(/<\/(?:mask|clipPath)>/)[0] ?? ''),
    );
}

const reference = /^#[\w.-]+$/;

const svg: sanitizeHtml.IOptions = {
  allowedTags: [...groups, ...shapes, ...texts, ...paints],
  allowedAttributes: {
    '*': [...looks, ...places, 'style'],
    linearGradient: ['href', 'xlink:href'],
    radialGradient: ['href', 'xlink:href'],
  },
  allowedStyles: { '*': Object.fromEntries(looks.map((name) => [name, [onlyInside()]])) },
  nonTextTags: ['script', 'style', 'foreignObject', 'metadata', 'iframe', 'textarea', 'option'],
  parser: { xmlMode: true, lowerCaseTags: false, lowerCaseAttributeNames: false },
  selfClosing: [],
  nestingLimit: 50,
  transformTags: {
    '*': (tagName, attribs) => ({
      tagName,
      attribs: Object.fromEntries(
        Object.entries(attribs).filter(([name, value]) => isHarmless(name, value)),
      ),
    }),
  },
};

function isHarmless(name: string, value: string): boolean {
  if (name === 'href' || name === 'xlink:href') {
    return reference.test(value);
  }
  return !looks.includes(name) || onlyInside().test(value);
}

/** `url(` may lead nowhere but into the drawing itself. */
function onlyInside(): RegExp {
  return /^(?!.*url\((?!#))[\w\s.,#%()'"+-]*$/i;
}
