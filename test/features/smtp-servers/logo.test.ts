import assert from 'node:assert/strict';
import { mostLogoBytes, readLogo } from '../../../plugin/features/smtp-servers/logo.js';
import { png } from './scene.js';

const svgOf = (inside: string, attributes = ''): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><path d="M0 0"/>${inside}</svg>`,
  );

describe('a logo', () => {
  it('is PNG or JPEG by what is in it', () => {
    assert.deepEqual(readLogo(png), { type: 'image/png', content: png });
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]);
    assert.deepEqual(readLogo(jpeg), { type: 'image/jpeg', content: jpeg });
  });

  it('has at most 200 kB', () => {
    const file = Buffer.concat([png, Buffer.alloc(mostLogoBytes - png.length)]);
    assert.equal(typeof readLogo(file), 'object');
    assert.equal(readLogo(Buffer.concat([file, Buffer.alloc(1)])), 'logo-size');
  });

  const refused: [why: string, file: Buffer, reason: string][] = [
    ['nothing', Buffer.alloc(0), 'logo-type'],
    ['a GIF', Buffer.from('GIF89a…'), 'logo-type'],
    [
      'a web page',
      Buffer.from('<!doctype html><svg xmlns="http://www.w3.org/2000/svg">'),
      'logo-type',
    ],
    ['a PDF', Buffer.from('%PDF-1.7'), 'logo-type'],
    ['no drawing in it', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"></svg>'), 'logo-svg'],
    ['another namespace', Buffer.from('<svg xmlns="http://x"><path d="M0"/></svg>'), 'logo-svg'],
    ['copies', svgOf('<g id="a"/><use href="#a"/>'), 'logo-svg'],
    ['a mask with a mask', svgOf('<mask id="a"><path mask="url(#b)"/></mask>'), 'logo-svg'],
    [
      'a cut with a cut',
      svgOf('<clipPath id="a"><path style="clip-path:url(#b)"/></clipPath>'),
      'logo-svg',
    ],
    ['more parts than a logo has', svgOf('<path/>'.repeat(5000)), 'logo-svg'],
    [
      'an entity',
      Buffer.from(
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><path/></svg>',
      ),
      'logo-svg',
    ],
  ];
  for (const [why, file, reason] of refused) {
    it(`is refused for ${why}`, () => {
      assert.equal(readLogo(file), reason);
    });
  }

  const dangerous: [why: string, file: Buffer][] = [
    ['a script', svgOf('<script>alert(1)</script><script href="https://x"/>')],
    ['a script in another case', svgOf('<SCRIPT>alert(1)</SCRIPT><Script>alert(1)</Script>')],
    ['handlers', svgOf('<g onclick="alert(1)" ONLOAD="alert(1)"/>', 'onload="alert(1)"')],
    ['a page inside', svgOf('<foreignObject><iframe src="https://x"/></foreignObject>')],
    ['pictures from elsewhere', svgOf('<image href="https://x"/><image xlink:href="data:x"/>')],
    [
      'looks from elsewhere',
      svgOf('<style>@import "https://x"</style><g style="fill:url(https://x)"/>'),
    ],
    ['paint from elsewhere', svgOf('<g fill="url(https://x#a)" mask="url(\'https://x\')"/>')],
    ['links', svgOf('<a href="javascript:alert(1)"><text>x</text></a>')],
    [
      'animations',
      svgOf('<set attributeName="onclick" to="alert(1)"/><animate attributeName="href"/>'),
    ],
    [
      'another namespace for the same',
      svgOf('<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>'),
    ],
    [
      'instructions',
      Buffer.concat([
        Buffer.from('<?xml version="1.0"?><?xml-stylesheet href="https://x"?>'),
        svgOf(''),
      ]),
    ],
    [
      'a second document behind',
      Buffer.concat([svgOf(''), Buffer.from('<script>alert(1)</script>')]),
    ],
  ];
  for (const [why, file] of dangerous) {
    it(`comes without ${why}`, () => {
      const logo = readLogo(file);
      assert.ok(typeof logo === 'object');
      const text = logo.content.toString();
      assert.match(text, /<path d="M0 0">/);
      assert.doesNotMatch(
        text,
        /<\w*:?(script|style|foreign|iframe|image|a |set|animate)|<[^>]*alert|https?:\/\/x|\/\/x|javascript|\son\w+=|<\?|@import/i,
      );
    });
  }

  it('keeps what a drawing is made of', () => {
    const logo = readLogo(
      svgOf(
        '<defs><linearGradient id="g" gradientUnits="userSpaceOnUse"><stop offset="0" stop-color="#c00"/></linearGradient></defs>' +
          '<g style="fill:url(#g);stroke-width:2" transform="rotate(45)"><text x="1">A &amp; B</text></g>',
        'viewBox="0 0 10 10"',
      ),
    );
    const text = typeof logo === 'object' ? logo.content.toString() : logo;
    for (const part of [
      'viewBox="0 0 10 10"',
      '<linearGradient id="g" gradientUnits="userSpaceOnUse">',
      'stop-color="#c00"',
      'style="fill:url(#g);stroke-width:2"',
      'transform="rotate(45)"',
      'A &amp; B',
    ]) {
      assert.ok(text.includes(part), `${part} in ${text}`);
    }
  });
});
